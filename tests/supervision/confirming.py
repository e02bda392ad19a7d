"""What the office does with all drafts of the system, in one line."""

from supervision.actions import confirm_notice, issue_notice, sweep
from supervision.models import Level, Notice
from tests.factories import NOW


def confirm_all(*, by, now=NOW):
    """A sweep has drafted what is due, and every 催办单 is confirmed: its deliveries stand in the outbox."""
    sweep(now=now)
    for notice in Notice.objects.waiting().filter(level=Level.URGE):
        confirm_notice(notice=notice, demand="请抓紧办理。", by=by, now=now)


def issue_all(*, by, new_limit, now=NOW):
    """The same for 督办通知单, which the director issues."""
    sweep(now=now)
    for notice in Notice.objects.waiting().filter(level=Level.SUPERVISE):
        issue_notice(notice=notice, demand="请主要负责人督促。", new_limit=new_limit, by=by, now=now)
