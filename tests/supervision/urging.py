"""Notices for tests, made through the sweep and the actions as they come about."""

from datetime import date

from supervision.actions import confirm_notice, issue_notice, sweep
from supervision.models import Notice
from tests.factories import NOW, TaskFactory

URGED_AT = NOW  # a Wednesday
SUPERVISED_AT = NOW.replace(day=25)  # the fifth working day after
NEW_LIMIT = date(2026, 12, 2)


def late_task(cast, **values):
    """Led by the cast's lead unit, overdue since 2 November; it reports by quarter alone."""
    return TaskFactory(**{"number": 2, "lead": cast.lead, "overdue": True, "cycle": "quarter", **values})


def drafted(task, level=2, now=NOW):
    """The draft that a sweep makes."""
    sweep(now=now)
    return Notice.objects.get(task=task, level=level, status="draft")


def urge(cast, task, *, now=URGED_AT):
    """A 催办单 that is out."""
    return confirm_notice(notice=drafted(task, now=now), demand="请抓紧办理。", by=cast.supervisor, now=now)


def supervise(cast, task, *, now=SUPERVISED_AT):
    """A 督办通知单 that is out, after a 催办单 that nobody answered."""
    urge(cast, task)
    draft = drafted(task, level=3, now=now)
    return issue_notice(notice=draft, demand="请限期办结。", new_limit=NEW_LIMIT, by=cast.director, now=now)
