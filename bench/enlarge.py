"""A long past: the demonstration's year told again for the years before it, so that everything that grows has grown.

The copies keep what the database demands of rows. They are no ledger that verifies, and nothing to show to anybody.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from ledger.models import Event
from progress.models import Contribution, Evidence, Expectation, Period, Report
from progress.status import ReportStatus
from supervision.models import Delivery, Message, Notice
from tasks.models import Extension
from tasks.status import OPEN_EXTENSIONS

YEARS = 2  # from one telling to the one before it; the demonstration's own past is shorter
CODE = re.compile(r"\b\d{4}(?=[QMH]\d)")
BATCH = 500
M = TypeVar("M", bound=Model)


@transaction.atomic
def enlarge(times: int) -> None:
    """What grows with the years becomes `times` as much; what stands today stays as it is."""
    told = Told()
    for step in range(1, times):
        told.tell_again(step)


class Told:
    """The rows of the past that are told again."""

    def __init__(self) -> None:
        self.periods = list(Period.objects.all())
        self.reports = list(Report.objects.filter(status=ReportStatus.APPROVED))
        self.files = list(Evidence.objects.filter(report__in=self.reports))
        self.parts = [*Expectation.objects.all(), *Contribution.objects.all()]
        self.extensions = list(Extension.objects.exclude(status__in=OPEN_EXTENSIONS))
        self.notices = list(Notice.objects.exclude(issued_at=None))
        self.deliveries = list(Delivery.objects.exclude(done_at=None))
        self.messages = list(Message.objects.all())
        self.events = list(Event.objects.order_by("sequence"))

    def tell_again(self, step: int) -> None:
        _write(copy(each, step, code=earlier(each.code, step)) for each in self.periods)
        for part in self.parts:
            _write([copy(part, step, period_id=earlier(part.period_id, step))])
        reports = _write(copy(each, step, period_id=earlier(each.period_id, step)) for each in self.reports)
        of_report = {old.pk: new.pk for old, new in zip(self.reports, reports, strict=True)}
        _write(copy(each, step, report_id=of_report[each.report_id]) for each in self.files)
        _write(copy(each, step) for each in self.extensions)
        self._remind_again(step)
        keys = {
            "sequence": lambda each: each.sequence - step * len(self.events),
            "key": lambda each: earlier(each.key, step),
        }
        _write(copy(each, step, **{name: make(each) for name, make in keys.items()}) for each in self.events)

    def _remind_again(self, step: int) -> None:
        _write(
            copy(each, step, clock=_marked(each.clock, step), year=each.year - YEARS * step) for each in self.notices
        )
        sent = _write(copy(each, step, dedupe_key=_marked(each.dedupe_key, step)) for each in self.deliveries)
        of_delivery = {old.pk: new.pk for old, new in zip(self.deliveries, sent, strict=True)}
        known = [each for each in self.messages if each.delivery_id in of_delivery]
        _write(copy(each, step, delivery_id=of_delivery[each.delivery_id]) for each in known)


def copy(row: M, step: int, **changes: Any) -> M:
    """The same row `step` tellings earlier: a new key, and every date and moment in the past moved back."""
    back = timedelta(days=round(365.25 * YEARS * step))
    fields = (field for field in row._meta.concrete_fields if not field.primary_key)  # noqa: SLF001  documented by Django
    values = {field.attname: getattr(row, field.attname) for field in fields}
    moved = {name: value - back if isinstance(value, date) else value for name, value in values.items()}
    return type(row)(**{**moved, **changes})


def earlier(text: str, step: int) -> str:
    """A period's code, or a key with one in it, so many tellings earlier."""
    return CODE.sub(lambda found: str(int(found[0]) - YEARS * step), text)


def _marked(text: str, step: int) -> str:
    return f"{step}|{text}"


def _write(rows: Iterable[M]) -> list[M]:
    made = list(rows)
    return type(made[0]).objects.bulk_create(made, batch_size=BATCH) if made else []
