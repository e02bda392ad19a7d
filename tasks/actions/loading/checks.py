"""The rules of the fixtures that no single shape can say: numbering, references, sums, lengths."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from agencies.models import Agency
from agencies.models.agency import Kind
from tasks.actions.loading import values
from tasks.actions.loading.shapes import Entry, Fixtures
from tasks.models import CalendarDay, CalendarYear, Goal, Pillar, Plan, Safeguard, Task
from zones.models import Zone

CLAUSE_START = "责任单位："


class Problem(NamedTuple):
    """What is wrong with the entry at a position (from 1) of a file."""

    file: str
    position: int
    why: str


def find_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """Everything that the rules find, file by file."""
    yield from _plan_problems(fixtures)
    yield from _numbered_problems("pillars.yaml", fixtures.pillars, Pillar)
    yield from _zone_problems(fixtures)
    yield from _agency_problems(fixtures)
    yield from _task_problems(fixtures)
    yield from _numbered_problems("safeguards.yaml", fixtures.safeguards, Safeguard)
    yield from _calendar_problems(fixtures)


def _plan_problems(fixtures: Fixtures) -> Iterator[Problem]:
    plan = fixtures.plan
    whys = chain(
        _order_whys("goals", plan["goals"]),
        _field_whys(
            Plan, {"code": plan["code"], "document_number": plan["document_number"], **values.plan_facts(plan)}
        ),
        *(_field_whys(Goal, values.goal_facts(goal) | values.goal_date(goal)) for goal in plan["goals"]),
    )
    yield from (Problem("plan.yaml", 1, why) for why in whys)


def _numbered_problems(file: str, entries: list[Entry], model: type[models.Model]) -> Iterator[Problem]:
    yield from _numbering_problems(file, entries)
    for position, entry in enumerate(entries, start=1):
        whys = _field_whys(model, {"number": entry["number"], **values.titled_facts(entry)})
        yield from (Problem(file, position, why) for why in whys)


def _zone_problems(fixtures: Fixtures) -> Iterator[Problem]:
    bodies = {each["code"]: each["zone"] for each in fixtures.agencies if each["kind"] == Kind.ZONE_BODY}
    yield from _repeated("zones.yaml", fixtures.zones, ("code", "name"))
    for position, entry in enumerate(fixtures.zones, start=1):
        facts = {"code": entry["code"], **values.zone_facts(entry, position)}
        whys = chain(_zone_whys(entry, bodies), _field_whys(Zone, facts))
        yield from (Problem("zones.yaml", position, why) for why in whys)


def _zone_whys(entry: Entry, bodies: dict[str, str]) -> Iterator[str]:
    if Decimal(entry["bonded_zone"]["area_km2"]) > Decimal(entry["area_km2"]):
        yield _("海关特殊监管区域的面积大于片区")
    if len(entry["industries"]) != len(entry["industries_en"]):
        yield _("industries 与 industries_en 的项数不同")
    body = entry["management_body"]
    if bodies.get(body) != entry["code"]:
        yield _("management_body %(code)s 不是 agencies.yaml 中本片区的管理机构") % {"code": body}


def _agency_problems(fixtures: Fixtures) -> Iterator[Problem]:
    zones = {each["code"] for each in fixtures.zones}
    yield from _repeated("agencies.yaml", fixtures.agencies, ("code", "plan_name"))
    for position, entry in enumerate(fixtures.agencies, start=1):
        facts = {"code": entry["code"], **values.agency_facts(entry, position), **values.agency_names(entry)}
        del facts["zone_id"]
        whys = chain(_agency_whys(entry, zones), _field_whys(Agency, facts))
        yield from (Problem("agencies.yaml", position, why) for why in whys)
    offices = [position for position, each in enumerate(fixtures.agencies, start=1) if each["kind"] == Kind.OFFICE]
    if len(offices) != 1:
        yield Problem("agencies.yaml", offices[-1] if offices else 1, _("必须恰有一个 kind 为 office 的单位"))


def _agency_whys(entry: Entry, zones: set[str]) -> Iterator[str]:
    if entry["zone"] is not None and entry["zone"] not in zones:
        yield _("zone %(code)s 不在 zones.yaml 中") % {"code": entry["zone"]}
    if entry["kind"] == Kind.ZONE_BODY and entry["zone"] is None:
        yield _("片区管理机构必须注明 zone")
    if entry["is_open_set"] != (entry["kind"] == Kind.OPEN_SET):
        yield _("is_open_set 与 kind 不一致")


def _task_problems(fixtures: Fixtures) -> Iterator[Problem]:
    pillars = {each["number"] for each in fixtures.pillars}
    zones = {each["code"] for each in fixtures.zones}
    agencies = {each["code"]: each for each in fixtures.agencies}
    yield from _numbering_problems("tasks.yaml", fixtures.tasks)
    for position, entry in enumerate(fixtures.tasks, start=1):
        whys = chain(
            []
            if entry["pillar"] in pillars
            else [_("板块 %(number)s 不在 pillars.yaml 中") % {"number": entry["pillar"]}],
            _reference_whys("units", entry["units"], agencies, "agencies.yaml"),
            _reference_whys("zones", entry["zones"], zones, "zones.yaml"),
            _lead_whys(entry, agencies),
            _measure_whys(entry),
            _field_whys(Task, {"number": entry["number"], **values.task_facts(entry)}),
        )
        yield from (Problem("tasks.yaml", position, why) for why in whys)


def _lead_whys(entry: Entry, agencies: dict[str, Entry]) -> Iterator[str]:
    """The first of the list leads (排在首位的为牵头单位), and the clause must say the same."""
    if not entry["units"]:
        yield _("units 至少要有一个单位")
        return
    for unit in (agencies[code] for code in entry["units"] if code in agencies):
        if unit["plan_name"] is None:
            yield _("units 里的 %(code)s 没有 plan_name，不是方案所列单位") % {"code": unit["code"]}
    lead = agencies.get(entry["units"][0])
    if lead and lead["is_open_set"]:
        yield _("开放集合 %(code)s 不能牵头") % {"code": lead["code"]}
    elif lead and not entry["unit_clause"].startswith(f"{CLAUSE_START}{lead['plan_name']}"):
        yield _("units 的首位 %(code)s 不是 unit_clause 的首位单位") % {"code": lead["code"]}


def _measure_whys(entry: Entry) -> Iterator[str]:
    yield from _order_whys("measures", entry["measures"])
    if "".join(measure["text"] for measure in entry["measures"]) != entry["text"]:
        yield _("measures 各句相连不等于 text")


def _calendar_problems(fixtures: Fixtures) -> Iterator[Problem]:
    yield from _repeated("calendar.yaml", fixtures.calendar, ("year",))
    for position, entry in enumerate(fixtures.calendar, start=1):
        whys = chain(
            _calendar_whys(entry), _field_whys(CalendarYear, {"year": entry["year"], "source": entry["source"]})
        )
        yield from (Problem("calendar.yaml", position, why) for why in whys)


def _calendar_whys(entry: Entry) -> Iterator[str]:
    seen = set()
    for day in chain(entry["holidays"], entry["workdays"]):
        words = {"day": day["date"].isoformat(), "year": entry["year"]}
        if day["date"].year != entry["year"]:
            yield _("%(day)s 不在 %(year)s 年") % words
        if day["date"] in seen:
            yield _("%(day)s 重复") % words
        seen.add(day["date"])
        yield from _field_whys(CalendarDay, {key: day[key] for key in ("name", "name_en") if key in day})
    for day in entry["workdays"]:
        if day["date"].weekday() < 5:
            yield _("%(day)s 是周一至周五，不会是调休上班日") % {"day": day["date"].isoformat()}


def _numbering_problems(file: str, entries: list[Entry]) -> Iterator[Problem]:
    """Numbers run from 1 without a gap, in the order of the plan."""
    seen: set[int] = set()
    for position, entry in enumerate(entries, start=1):
        if entry["number"] in seen:
            yield Problem(file, position, _("序号 %(number)s 重复") % {"number": entry["number"]})
        elif entry["number"] != position:
            yield Problem(file, position, _("序号应为 %(number)s：从 1 起不缺号") % {"number": position})
        seen.add(entry["number"])


def _order_whys(name: str, parts: list[Entry]) -> Iterator[str]:
    if [part["order"] for part in parts] != list(range(1, len(parts) + 1)):
        yield _("%(name)s 的 order 应从 1 起逐一递增") % {"name": name}


def _repeated(file: str, entries: list[Entry], keys: Iterable[str]) -> Iterator[Problem]:
    for key in keys:
        seen = set()
        for position, entry in enumerate(entries, start=1):
            if entry[key] is not None and entry[key] in seen:
                yield Problem(file, position, _("%(key)s %(value)s 重复") % {"key": key, "value": entry[key]})
            seen.add(entry[key])


def _reference_whys(name: str, codes: list[str], known: Any, file: str) -> Iterator[str]:
    for position, code in enumerate(codes):
        words = {"name": name, "code": code, "file": file}
        if code not in known:
            yield _("%(name)s 里的 %(code)s 不在 %(file)s 中") % words
        if code in codes[:position]:
            yield _("%(name)s 里的 %(code)s 重复") % words


def _field_whys(model: type[models.Model], fields: dict[str, Any]) -> Iterator[str]:
    """What the database's own fields refuse: too long, no such choice, not a code."""
    try:
        model(**fields).clean_fields()
    except ValidationError as error:
        for name in error.message_dict.keys() & fields.keys():
            why = error.message_dict[name][0].rstrip("。")
            yield _("%(name)s 不合要求：%(why)s") % {"name": name, "why": why}
