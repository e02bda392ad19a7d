from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, AgencyName
from agencies.models.agency import Kind
from agencies.states import agency_state
from ledger.actors import Actor
from tasks.actions.lights import refresh_lights
from tasks.actions.loading import values
from tasks.actions.loading.report import LoadReport
from tasks.actions.loading.rows import Run, make_room
from tasks.actions.loading.shapes import Entry, Fixtures
from tasks.actions.loading.tasks import load_tasks
from tasks.actions.policy import append_calendar, tell_version
from tasks.actions.rows import lock_tasks
from tasks.models import CalendarDay, CalendarYear, Goal, Pillar, Plan, Safeguard, Task
from zones.models import Zone

NAME_BASIS = "方案"
State = dict[str, Any]


@transaction.atomic
def load_plan(*, fixtures: Fixtures, by: Actor, now: datetime) -> LoadReport:
    """The plan stands as its checked files say: what is missing is created, official facts are corrected, all in one.

    What people have entered stays: states, dates, percents, renamed units, a document number, goal dates, assignments
    of tasks that exist, days of calendar years that exist. A second run changes nothing and writes no event. Raises
    LoadError when a correction would remove what somebody has worked on.
    """
    run = Run(by=by, now=now)
    lock_tasks(Task.objects.all())
    plan = _load_plan(run, fixtures.plan)
    pillars = _load_pillars(run, plan, fixtures.pillars)
    _load_zones(run, fixtures.zones)
    _load_agencies(run, fixtures.agencies, since=plan.issued_on)
    load_tasks(run, plan, pillars, fixtures.tasks)
    _load_safeguards(run, plan, fixtures.safeguards)
    has_new_year = _load_calendar(run, fixtures.calendar)
    version = append_calendar(reason=_("载入节假日安排"), by=by, now=now) if has_new_year else None
    run.write_events()
    if version:
        refresh_lights(by=by, now=now, reason=version.reason)
        tell_version(version, by=by, now=now)
    return run.report


def _load_plan(run: Run, entry: Entry) -> Plan:
    row = Plan.objects.select_for_update(no_key=True).filter(code=entry["code"]).first()
    facts, number = values.plan_facts(entry), {"document_number": entry["document_number"]}
    if row is not None and row.document_number is not None:
        run.note_kept("plan", row, number)
    else:
        facts |= number
    new = Plan(code=entry["code"], is_current=not Plan.objects.current().exists(), **facts)
    plan = run.put("plan", entry["code"], row, new=new, facts=facts, state=_plan_state)
    for goal in entry["goals"]:
        _load_goal(run, plan, goal)
    return plan


def _load_goal(run: Run, plan: Plan, entry: Entry) -> None:
    row = Goal.objects.select_for_update(no_key=True).filter(plan=plan, order=entry["order"]).first()
    facts, dated = values.goal_facts(entry), values.goal_date(entry)
    run.note_kept("goal", row, dated)
    new = Goal(plan=plan, order=entry["order"], **facts, **dated)
    run.put("goal", f"{plan.code}/{entry['order']}", row, new=new, facts=facts, state=_goal_state)


def _load_pillars(run: Run, plan: Plan, entries: list[Entry]) -> dict[int, Pillar]:
    rows = {row.number: row for row in Pillar.objects.select_for_update(no_key=True).filter(plan=plan)}
    loaded = {}
    for entry in entries:
        number, facts = entry["number"], values.titled_facts(entry)
        new = Pillar(plan=plan, number=number, **facts)
        key = f"{plan.code}/{number}"
        loaded[number] = run.put("pillar", key, rows.get(number), new=new, facts=facts, state=_titled_state)
    return loaded


def _load_zones(run: Run, entries: list[Entry]) -> None:
    rows = {row.code: row for row in Zone.objects.select_for_update(no_key=True)}
    make_room(Zone.objects.all(), {entry["code"]: order for order, entry in enumerate(entries, start=1)})
    for order, entry in enumerate(entries, start=1):
        code, facts = entry["code"], values.zone_facts(entry, order)
        run.put("zone", code, rows.get(code), new=Zone(code=code, **facts), facts=facts, state=_zone_state)


def _load_agencies(run: Run, entries: list[Entry], *, since: date) -> None:
    rows = {row.code: row for row in Agency.objects.select_for_update(no_key=True)}
    renamed = set(AgencyName.objects.exclude(valid_from=since).values_list("agency", flat=True))
    make_room(Agency.objects.all(), {entry["code"]: order for order, entry in enumerate(entries, start=1)})
    for order, entry in enumerate(entries, start=1):
        facts = values.agency_facts(entry, order)
        _load_agency(
            run, entry, rows.get(entry["code"]), facts=facts, since=None if entry["code"] in renamed else since
        )


def _load_agency(run: Run, entry: Entry, row: Agency | None, *, facts: State, since: date | None) -> None:
    """Its names are the plan's until somebody renames it (`since` None); a later name is the office's."""
    names = values.agency_names(entry)
    new = Agency(code=entry["code"], **facts, **names)
    is_misnamed = row is None or any(getattr(row, name) != value for name, value in names.items())
    if since is None:
        run.note_kept("agency", row, names)
    else:
        facts = facts | names
    agency = run.put("agency", entry["code"], row, new=new, facts=facts, state=agency_state)
    if since is not None and is_misnamed:
        AgencyName.objects.update_or_create(
            agency=agency, valid_from=since, defaults=names, create_defaults={**names, "basis": NAME_BASIS}
        )


def _load_safeguards(run: Run, plan: Plan, entries: list[Entry]) -> None:
    """Section four names no other unit: the office answers for all five, until it says otherwise."""
    office = Agency.objects.get(kind=Kind.OFFICE)
    rows = {row.number: row for row in Safeguard.objects.select_for_update(no_key=True).filter(plan=plan)}
    for entry in entries:
        number, facts = entry["number"], values.titled_facts(entry)
        new = Safeguard(plan=plan, number=number, agency=office, **facts)
        key = f"{plan.code}/{number}"
        run.put("safeguard", key, rows.get(number), new=new, facts=facts, state=_safeguard_state)


def _load_calendar(run: Run, entries: list[Entry]) -> bool:
    """Add the years that are not there; whether any was. A year that is there belongs to the office."""
    known = set(CalendarYear.objects.select_for_update(no_key=True).values_list("year", flat=True))
    for entry in entries:
        if entry["year"] in known:
            run.report.count("calendar_year", entry["year"], entry["year"])
        else:
            _load_year(run, entry)
    return any(entry["year"] not in known for entry in entries)


def _load_year(run: Run, entry: Entry) -> None:
    """A day that the office had entered before the year's notice came stays as it is."""
    CalendarYear.objects.create(year=entry["year"], source=entry["source"])
    CalendarDay.objects.bulk_create(_days(entry), ignore_conflicts=True)
    days = CalendarDay.objects.filter(date__year=entry["year"]).values("date", "kind", "name")
    state = {"year": entry["year"], "source": entry["source"], "days": list(days)}
    run.note("calendar_year", str(entry["year"]), None, state)


def _days(entry: Entry) -> list[CalendarDay]:
    kinds = {"holidays": CalendarDay.Kind.HOLIDAY, "workdays": CalendarDay.Kind.WORKDAY}
    return [
        CalendarDay(date=day["date"], kind=kind, name=day["name"], name_en=day.get("name_en", ""))
        for part, kind in kinds.items()
        for day in entry[part]
    ]


def _fields(row: Any, *names: str) -> State:
    return {name: getattr(row, name) for name in names}


def _plan_state(plan: Plan) -> State:
    return _fields(
        plan, "code", "title", "title_en", "issuer", "issuer_en", "issued_on", "document_number", "parent_title",
        "parent_number", "parent_issued_on", "launched_on", "preamble", "objectives", "layout", "sets_deadlines",
        "is_current",
    )  # fmt: skip


def _goal_state(goal: Goal) -> State:
    return _fields(goal, "order", "label", "label_en", "date", "basis", "basis_en")


def _titled_state(row: Pillar | Safeguard) -> State:
    return _fields(row, "number", "title", "title_en", "text")


def _safeguard_state(row: Safeguard) -> State:
    return {**_titled_state(row), "agency": row.agency_id}


def _zone_state(zone: Zone) -> State:
    return _fields(
        zone, "code", "order", "name", "name_en", "area_km2", "bonded_zone_name", "bonded_zone_name_en",
        "bonded_zone_area_km2", "industries", "industries_en", "positioning", "positioning_en",
    )  # fmt: skip
