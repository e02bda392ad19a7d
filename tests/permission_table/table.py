"""The whole table, and what its parts need to find on the scene."""

from tests.permission_table import (
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
    rules,
    search,
    succession,
    task_page,
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
)
ALL_PAGES = (*PAGES, *(row for topic in TOPICS for row in topic.ROWS))
TABLE = (*ALL_PAGES, *API, *ACCOUNTS)
STAGES = tuple(topic.stage for topic in TOPICS if hasattr(topic, "stage"))
