"""留痕 of one task: everything that happened to it and to what hangs on it, page by page."""

from functools import lru_cache
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from agencies.models import User
from common.differences import Piece, differences
from dashboard.readers.events import OF_TASKS, event_rows
from ledger.models import Event
from progress.models import Closing, Contribution, Evidence, Report
from supervision.models import Notice
from tasks.models import Exemption, Extension, Measure, Task

Row = dict[str, Any]
PER_PAGE = 20
LONG = 16  # characters from which a text is compared instead of shown twice


def event_page(user: User, task: Task, *, before: int | None, names: dict[str, str]) -> Row:
    """The newest events about a task that this person may see, or those before one; `older` is the number to go on
    from, None at the end (one query). The task must carry its plan.
    """
    found = Event.objects.visible_to(user).filter(kind__in=OF_TASKS, key__in=_keys(task)).order_by("-sequence")
    events = list((found.filter(sequence__lt=before) if before else found)[: PER_PAGE + 1])
    shown = events[:PER_PAGE]
    rows = [_compared(event, row) for event, row in zip(shown, event_rows(shown, agencies=names), strict=True)]
    older = shown[-1].sequence if len(events) > PER_PAGE else None
    return {"rows": rows, "older": older, "is_older": before is not None}


def _keys(task: Task) -> QuerySet[Any]:
    """The names in the ledger of the task and of what hangs on it, removed files too: found from the rows, so that the
    ledger is asked for these alone, however long it is.
    """
    of_report, of_closing = "report__period", "closing__pk"
    parts = (
        _named(Report, task, "period"),
        _named(Contribution, task, "period", "agency"),
        *(_named(each, task, "pk") for each in (Closing, Exemption, Extension, Notice)),
        _named(Measure, task, "order"),
        _named(Evidence, task, of_report, "pk", through="report__task"),
        _named(Evidence, task, of_closing, "pk", through="closing__task"),
    )
    own = Task.objects.filter(pk=task.pk).order_by().values_list(Value(task.key, CharField()))
    return own.union(*parts, all=True)


def _named(model: Any, task: Task, *fields: str, through: str = "task") -> QuerySet[Any]:
    """The keys of a task's rows of one kind: the task's own, then these fields, with slashes."""
    pieces = [piece for name in fields for piece in (Value("/"), Cast(F(name), CharField()))]
    rows: QuerySet[Any] = model.objects.filter(**{through: task.pk}).order_by()
    return rows.values_list(Concat(Value(task.key), *pieces, output_field=CharField()))


def _compared(event: Event, row: Row) -> Row:
    """The row, its longer texts as what went and what came."""
    texts = {each["name"]: event.changed[each["name"]] for each in row["changes"]}
    return {**row, "changes": [{**each, "pieces": _pieces(*texts[each["name"]])} for each in row["changes"]]}


def _pieces(old: Any, new: Any) -> tuple[Piece, ...]:
    are_texts = isinstance(old, str) and isinstance(new, str)
    return _kept(old, new) if are_texts and min(len(old), len(new)) >= LONG else ()


@lru_cache(maxsize=512)
def _kept(old: str, new: str) -> tuple[Piece, ...]:
    """What is in the ledger does not change, and neither does what two texts have in common."""
    return tuple(differences(old, new))
