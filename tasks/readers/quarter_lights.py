"""Which quarter ends are not kept yet, and what the lights were then, as the ledger knew it at the end of the day."""

from datetime import date

from django.db.models import Q

from ledger.models import Event
from tasks.lights import Colour, Light, Rule, last_quarter_end
from tasks.models import QuarterLight, Task, TaskQuerySet
from tasks.readers.as_of import columns_as_of
from tasks.readers.rows import light_of_row

# A task that the ledger did not know yet had not been issued.
UNKNOWN = Light(Colour.GREY, Rule.NOT_ISSUED)


def quarter_ends(on: date) -> list[date]:
    """The last days of the two latest quarters that ended before a day, the older first; no older one matters."""
    last = last_quarter_end(on)
    return [last_quarter_end(last), last]


def unclosed_tasks(ends: list[date]) -> TaskQuerySet:
    """Running tasks whose light at one of these ends is not kept."""
    missing = Q()
    for end in ends:
        missing |= ~Q(pk__in=QuarterLight.objects.filter(closed_on=end).order_by().values("task"))
    return Task.objects.current().running().filter(missing)


def lights_at_close(tasks: list[Task], end: date) -> dict[int, Light]:
    """The light of each task at the end of a quarter's last day, by what was known by then (two queries)."""
    rows = columns_as_of(Task.objects.filter(pk__in=[each.pk for each in tasks]), Event.objects.all(), on=end)
    by_number = {(row["plan"], row["number"]): light_of_row(row, end) for row in rows}
    return {each.pk: by_number.get((each.plan.code, each.number), UNKNOWN) for each in tasks}
