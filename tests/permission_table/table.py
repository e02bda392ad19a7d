"""The whole table, and what its parts need to find on the scene."""

from tests.permission_table import (
    api_exports,
    api_feeds,
    api_progress,
    api_tasks,
    channels,
    closing,
    cockpit,
    comforts,
    engine,
    life,
    lights,
    matrix,
    parts,
    periods,
    pushes,
    rules,
    search,
    succession,
    task_page,
    tokens,
    views,
    writing,
)
from tests.permission_table.accounts import ACCOUNTS
from tests.permission_table.api import API
from tests.permission_table.pages import PAGES

TOPICS = (
    comforts,
    life,
    lights,
    periods,
    parts,
    closing,
    engine,
    channels,
    succession,
    rules,
    search,
    writing,
    cockpit,
    matrix,
    task_page,
    views,
    pushes,
    api_progress,
    api_exports,
    tokens,
    api_feeds,
    api_tasks,
)
_ROWS = (*PAGES, *API, *(row for topic in TOPICS for row in topic.ROWS))
ALL_PAGES = tuple(row for row in _ROWS if not row.is_api)
ALL_API = tuple(row for row in _ROWS if row.is_api)
TABLE = (*_ROWS, *ACCOUNTS)
STAGES = tuple(topic.stage for topic in TOPICS if hasattr(topic, "stage"))
