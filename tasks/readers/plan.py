"""The plan and its units as plain dicts, with how many tasks each carries."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from agencies.models import Agency, AgencyQuerySet
from agencies.models.agency import Kind
from tasks.models import Assignment, Goal, Pillar, Plan, Safeguard, Task

Row = dict[str, Any]


def plan_row(plan: Plan) -> Row:
    """The plan's identity, goals and counts; 376 responsibilities are unit × task, of the units that the plan names."""
    named = _named_units(plan)
    return {
        "code": plan.code,
        "title": plan.title,
        "title_en": plan.title_en,
        "issuer": plan.issuer,
        "issuer_en": plan.issuer_en,
        "issued_on": plan.issued_on,
        "document_number": plan.document_number,
        "parent": {"title": plan.parent_title, "number": plan.parent_number, "issued_on": plan.parent_issued_on},
        "launched_on": plan.launched_on,
        "goals": list(Goal.objects.filter(plan=plan).values("label", "label_en", "date", "basis", "basis_en")),
        "pillars": plan.pillars.count(),
        "tasks": plan.tasks.count(),
        "agencies": len(set(named)),
        "assignments": len(named),
    }


def _named_units(plan: Plan) -> list[str]:
    """The units of the plan's own lists, task by task, wherever their duties have moved since (one query)."""
    links = Assignment.objects.filter(task__plan=plan).values_list("agency", "plan_agency", "joined")
    return [unit for agency, plan_unit, joined in links for unit in (plan_unit or agency, *joined)]


def pillar_rows(pillars: "QuerySet[Pillar]") -> list[Row]:
    """The seven headings with how many tasks each has."""
    return list(pillars.order_by("number").values("number", "title", "title_en", "text").annotate(tasks=Count("tasks")))


def zone_rows(zones: Any) -> list[Row]:
    """The zones with their management body and how many tasks name it."""
    bodies = Agency.objects.filter(kind=Kind.ZONE_BODY, dissolved_on=None).values_list("zone", "code", "name")
    body_of = {zone: {"code": code, "name": name} for zone, code, name in bodies}
    counts = dict(
        Task.zones.through.objects.filter(task__plan__is_current=True).values_list("zone").annotate(Count("task"))
    )
    return [
        {
            "code": zone.code,
            "name": zone.name,
            "name_en": zone.name_en,
            "area_km2": zone.area_km2,
            "bonded_zone": {
                "name": zone.bonded_zone_name,
                "name_en": zone.bonded_zone_name_en,
                "area_km2": zone.bonded_zone_area_km2,
            },
            "industries": zone.industries,
            "industries_en": zone.industries_en,
            "positioning": zone.positioning,
            "positioning_en": zone.positioning_en,
            "management_body": body_of.get(zone.code),
            "tasks": counts.get(zone.code, 0),
        }
        for zone in zones.order_by("order")
    ]


def agency_rows(agencies: AgencyQuerySet) -> list[Row]:
    """Units with how many tasks of the plan in force each leads and supports."""
    current = Q(assignments__task__plan__is_current=True)
    columns = (
        "code", "name", "plan_name", "short_name", "name_en", "kind", "zone", "is_open_set", "dissolved_on",
        "led", "supported",
    )  # fmt: skip
    return list(
        agencies.annotate(
            led=Count("assignments", filter=current & Q(assignments__role="lead")),
            supported=Count("assignments", filter=current & Q(assignments__role="co")),
        )
        .order_by("order")
        .values(*columns)
    )


def safeguard_rows(safeguards: "QuerySet[Safeguard]") -> list[Row]:
    """The five safeguards with the unit that answers for them."""
    return list(safeguards.order_by("number").values("number", "title", "title_en", "text", "agency", "agency__name"))
