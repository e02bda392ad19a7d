"""责任移交: the links at units whose duties have passed to others, what moving each would do, and what was moved."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from agencies.models import Agency, Succession
from agencies.readers import heirs_among
from ledger.models import EventQuerySet
from tasks.links import Link, Links, move_obstacle, place, tell_outcome
from tasks.models import Assignment, TaskQuerySet
from tasks.status import Status

Row = dict[str, Any]

LATEST_MOVES = 50


def links_of(keys: Iterable[int]) -> dict[int, Links]:
    """Each task's list of units (one query)."""
    links: dict[int, list[Link]] = defaultdict(list)
    rows = Assignment.objects.filter(task__in=keys).order_by("task_id", "order")
    for task, agency, plan_unit, moved_on, joined in rows.values_list(
        "task", "agency", "plan_agency", "moved_on", "joined"
    ):
        links[task].append(Link(agency, plan_unit, moved_on, tuple(joined)))
    return {key: tuple(links[key]) for key in links}


def heirs_on(day: date) -> dict[str, dict[str, date]]:
    """Unit → the units that can take over its links on a day, each with since when it stands for it (two queries)."""
    passed = list(Succession.objects.values_list("predecessor", "successor", "effective_on"))
    if not passed:
        return {}
    fit = set(Agency.objects.can_succeed(on=day).values_list("pk", flat=True))
    units = dict.fromkeys(row[0] for row in passed)
    return {unit: {heir: since for heir, since in heirs_among(passed, unit).items() if heir in fit} for unit in units}


def link_rows(tasks: TaskQuerySet, unit: str, heirs: Sequence[Agency], *, on: date) -> list[Row]:
    """A unit's links, by task, with what each would become at each of its successors (two queries)."""
    columns = ("pk", "number", "title", "title_en", "status")
    rows = list(tasks.involving(unit).order_by("number").values(*columns))
    links = links_of([row["pk"] for row in rows])
    return [_link_row(row, links[row["pk"]], unit, heirs, on) for row in rows]


def _link_row(row: Row, links: Links, unit: str, heirs: Sequence[Agency], on: date) -> Row:
    order = place(links, unit)
    return {
        **row,
        "status_label": str(Status(row["status"]).label),
        "unit": unit,
        "order": order,
        "role_label": str(Assignment.Role.LEAD.label if order == 1 else Assignment.Role.CO.label),
        "obstacle": move_obstacle(row["status"], links, (unit, unit), since=on, on=on),
        "outcomes": [
            {"code": heir.code, "label": heir.full_label, "text": tell_outcome(links, unit, heir.code, on=on)}
            for heir in heirs
        ],
    }


def waiting_groups(tasks: TaskQuerySet, *, on: date) -> list[Row]:
    """Units whose duties have passed to others, with the links that still stand at them; dissolved units first."""
    heirs = heirs_on(on)
    held = set(tasks.filter(assignments__agency__in=heirs).values_list("assignments__agency", flat=True)) & heirs.keys()
    units = {each.code: each for each in Agency.objects.filter(pk__in={*held, *_all_of(heirs, held)})}
    groups = [_group(tasks, units[code], [units[each] for each in sorted(heirs[code])], on=on) for code in sorted(held)]
    return sorted((each for each in groups if each["rows"]), key=lambda group: not group["is_dissolved"])


def _all_of(heirs: dict[str, dict[str, date]], held: set[str]) -> set[str]:
    return {heir for code in held for heir in heirs[code]}


def _group(tasks: TaskQuerySet, unit: Agency, heirs: list[Agency], *, on: date) -> Row:
    rows = link_rows(tasks, unit.code, heirs, on=on)
    return {
        "unit": unit,
        "heirs": heirs,
        "is_dissolved": unit.is_dissolved(on=on),
        "rows": [row for row in rows if not row["obstacle"]],
        "ended": [row for row in rows if row["obstacle"]],
    }


def latest_moves(tasks: TaskQuerySet, events: EventQuerySet) -> list[Row]:
    """The latest moves, newest first, each with whether it is what stands, so that it can be taken back (four queries).

    `events` are those that the person may read.
    """
    found = list(events.filter(kind="task", verb="reassigned").order_by("-sequence")[:LATEST_MOVES])
    seen = {each.key: each for each in tasks.select_related("plan").filter(number__in={_number(e.key) for e in found})}
    links = links_of([each.pk for each in seen.values()])
    labels = {each.code: each.full_label for each in Agency.objects.all()}
    rows = []
    for event in found:
        task = seen.get(event.key)
        if task is None:
            continue
        before, after = (read_links(each) for each in event.changed["links"])
        gone, come = _difference(before, after)
        rows.append({
            "task": task, "at": event.at, "by": event.actor_name, "basis": event.reason,
            "source": labels.get(gone, gone), "target": labels.get(come, come),
            "can_undo": links[task.pk] == after and not move_obstacle(task.status, after, (come, come), since=date.min,
                                                                      on=event.at.date()),
        })  # fmt: skip
        if links[task.pk] == after:
            links[task.pk] = ()  # an older move with the same outcome is not the one to take back
    return rows


def _number(key: str) -> int:
    return int(key.rpartition("/")[2])


def _difference(before: Links, after: Links) -> tuple[str, str]:
    """The unit that went, and the one that stands for it now."""
    gone = next(each for each in before if place(after, each.agency) is None)
    come = next(each for each in after if set(gone.stands_for) & set(each.stands_for))
    return gone.agency, come.agency


def write_links(links: Links) -> list[Row]:
    """A list of units as the ledger keeps it."""
    return [
        {"agency": each.agency, "plan_unit": each.plan_unit, "moved_on": each.moved_on, "joined": list(each.joined)}
        for each in links
    ]


def read_links(rows: list[Row]) -> Links:
    """A list of units from the ledger."""
    return tuple(
        Link(
            row["agency"],
            row["plan_unit"],
            date.fromisoformat(row["moved_on"]) if row["moved_on"] else None,
            tuple(row["joined"]),
        )
        for row in rows
    )
