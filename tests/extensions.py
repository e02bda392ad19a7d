"""Requests to move a deadline, made through the actions, for whoever needs one."""

from datetime import date

from tasks.actions import ExtensionInput, draft_extension, send_extension
from tests.factories import NOW

WANTED = date(2027, 1, 6)  # six days after the deadline of TaskFactory, so the supervisor's


def entered(**changes):
    """What a reporter enters; every field can be changed."""
    return ExtensionInput(**{"wanted_date": WANTED, "percent": 90, "reason": "前置审批推迟。", **changes})


def drafted(cast, *, task=None, now=NOW, **changes):
    return draft_extension(task=task or cast.task, entered=entered(**changes), by=cast.lead_reporter, now=now)


def sent(cast, *, task=None, now=NOW, **changes):
    return send_extension(extension=drafted(cast, task=task, now=now, **changes), by=cast.lead_approver, now=now)
