"""The sweep: finds in the data what is due and puts it into the outbox, as often as anybody likes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from ledger.actors import SYSTEM, Actor
from progress.actions import keep_periods
from supervision.actions.bulletins import draft_bulletin
from supervision.actions.keeping import keep_notices
from supervision.actions.outbox import store_deliveries
from supervision.readers import gather_clocks, plan_deliveries
from tasks.models import Task

CHUNK = 500


@dataclass(frozen=True)
class SweepResult:
    """What a sweep found and did: periods opened, clocks read, deliveries planned, stored anew and taken up again,
    notices drafted, lapsed and settled, bulletins drafted.

    `unreached` counts the steps that nobody is there to get; `due_at` is when what is new goes out.
    """

    periods: int
    clocks: int
    planned: int
    created: int
    revived: int
    unreached: int
    drafted: int
    lapsed: int
    settled: int
    bulletins: int
    due_at: datetime


def sweep(*, now: datetime, by: Actor = SYSTEM) -> SweepResult:
    """Every reminder that is due now stands in the outbox once, to go out in working hours; periods are open; the
    notices that the ladder asks for stand as drafts, and those without a cause have ended.

    Safe to repeat, to miss and to run twice at once: the business key is unique, and what was planned is stored in
    parts of a transaction each, so a sweep that is killed is completed by the next. A reminder writes no event into
    the ledger, the delivery itself is the record; what is drafted or ended does.
    """
    now = localtime(now)
    opened = keep_periods(now=now, by=by)
    gathered = gather_clocks(Task.objects.current(), on=now.date())
    day_plan = plan_deliveries(gathered, on=now.date())
    due_at = gathered.calendar.next_working_moment(now)
    planned = list(day_plan.deliveries.values())
    created = revived = 0
    for start in range(0, len(planned), CHUNK):
        counts = store_deliveries(planned[start : start + CHUNK], now=now, due_at=due_at)
        created, revived = created + counts[0], revived + counts[1]
    kept = keep_notices(day_plan, by=by, now=now)
    bulletin = draft_bulletin(by=by, now=now)
    return SweepResult(
        periods=len(opened),
        clocks=len(gathered.clocks),
        planned=len(planned),
        created=created,
        revived=revived,
        unreached=len(day_plan.unreached),
        drafted=kept.drafted,
        lapsed=kept.lapsed,
        settled=kept.settled,
        bulletins=int(bulletin is not None),
        due_at=due_at,
    )
