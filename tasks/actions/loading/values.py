"""An entry of the fixtures as the fields of its row: `facts` are official and always true, the rest is a start."""

from decimal import Decimal
from typing import Any

from tasks.actions.loading.shapes import Entry

Values = dict[str, Any]
CENT = Decimal("0.01")


def plan_facts(entry: Entry) -> Values:
    same = ("title", "title_en", "issuer", "issuer_en", "issued_on", "launched_on", "preamble", "objectives")
    return {
        **{name: entry[name] for name in same},
        "parent_title": entry["parent"]["title"],
        "parent_number": entry["parent"]["number"],
        "parent_issued_on": entry["parent"]["issued_on"],
        "layout": "\n".join(entry["layout"]),
    }


def goal_facts(entry: Entry) -> Values:
    return {"label": entry["label"], "label_en": entry["label_en"]}


def goal_date(entry: Entry) -> Values:
    """The plan gives no date: ours is a proposal that the office may change, with its basis."""
    return {"date": entry["date"], "basis": entry["basis"], "basis_en": entry["basis_en"]}


def titled_facts(entry: Entry) -> Values:
    """A pillar or a safeguard."""
    return {"title": entry["title"], "title_en": entry["title_en"], "text": entry["text"]}


def zone_facts(entry: Entry, order: int) -> Values:
    same = ("name", "name_en", "industries", "industries_en", "positioning", "positioning_en")
    bonded = entry["bonded_zone"]
    return {
        **{name: entry[name] for name in same},
        "order": order,
        "area_km2": _area(entry["area_km2"]),
        "bonded_zone_name": bonded["name"],
        "bonded_zone_name_en": bonded["name_en"],
        "bonded_zone_area_km2": _area(bonded["area_km2"]),
    }


def agency_facts(entry: Entry, order: int) -> Values:
    return {
        "order": order,
        "kind": entry["kind"],
        "plan_name": entry["plan_name"],
        "zone_id": entry["zone"],
        "is_open_set": entry["is_open_set"],
    }


def agency_names(entry: Entry) -> Values:
    """The names of the plan's day, in force until the office enters new ones."""
    return {"name": entry["name"], "short_name": entry["short_name"], "name_en": entry["name_en"]}


def task_facts(entry: Entry) -> Values:
    return {name: entry[name] for name in ("title", "title_en", "text", "unit_clause")}


def _area(text: str) -> Decimal:
    return Decimal(text).quantize(CENT)
