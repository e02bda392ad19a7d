"""The whole table, and what its parts need to find on the scene."""

from tests.permission_table import channels, closing, engine, life, lights, parts, periods, rules, succession
from tests.permission_table.accounts import ACCOUNTS
from tests.permission_table.api import API
from tests.permission_table.pages import PAGES

TOPICS = (life, lights, periods, parts, closing, engine, channels, succession, rules)
ALL_PAGES = (*PAGES, *(row for topic in TOPICS for row in topic.ROWS))
TABLE = (*ALL_PAGES, *API, *ACCOUNTS)
STAGES = tuple(topic.stage for topic in TOPICS if hasattr(topic, "stage"))
