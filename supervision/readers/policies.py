"""The office's rules as people read them: what holds, since which version, and what another would change."""

from datetime import date, timedelta
from typing import Any

from agencies.models import User
from supervision.readers.trial import trial_summary, try_policy
from supervision.rulebook import ITEMS, POLICIES, shown
from tasks.models import CalendarDay, PolicyVersion
from tasks.periods import PeriodPolicy, ends_on, period_dates, period_label, periods_running
from tasks.policies import PolicyKind, from_values, to_values
from tasks.readers.policy import preview_lights

Row = dict[str, Any]
DAYS_AHEAD = 90


def policy_sheets(user: User) -> list[Row]:
    """Every kind of rules as it holds now (one query a kind)."""
    return [policy_sheet(user, kind) for kind in POLICIES]


def policy_sheet(user: User, kind: str) -> Row:
    """One kind: its numbers in words with their sources, and the version that set them."""
    newest = PolicyVersion.objects.visible_to(user).of(kind).select_related("set_by").first()
    policy = from_values(POLICIES[kind], newest.values) if newest else POLICIES[kind]()
    defaults = POLICIES[kind]()
    items = [
        {
            "label": item.label,
            "value": shown(getattr(policy, item.name)),
            "unit": item.unit,
            "source": item.source,
            "default": shown(getattr(defaults, item.name)),
            "is_changed": getattr(policy, item.name) != getattr(defaults, item.name),
        }
        for item in ITEMS[kind]
    ]
    return {
        "kind": kind,
        "label": PolicyKind(kind).label,
        "items": items,
        "values": to_values(policy),
        "number": newest.number if newest else 0,
        "version": newest,
    }


def versions_of(user: User, kind: str) -> list[Row]:
    """The versions of a kind, the newest first, each with what it changed (one query)."""
    rows = list(PolicyVersion.objects.visible_to(user).of(kind).select_related("set_by"))
    values = [to_values(from_values(POLICIES[kind], row.values)) for row in rows]
    earlier = [*values[1:], to_values(POLICIES[kind]())]
    pairs = zip(rows, values, earlier, strict=False)
    return [{"version": row, "changes": _changes(kind, before, after)} for row, after, before in pairs]


def _changes(kind: str, before: Row, after: Row) -> list[Row]:
    return [
        {"label": item.label, "old": shown(before[item.name]), "new": shown(after[item.name]), "unit": item.unit}
        for item in ITEMS[kind]
        if before[item.name] != after[item.name]
    ]


def policy_preview(user: User, kind: str, policy: Any, *, on: date) -> Row:
    """What saving this policy would change: its numbers, and lights, limits or reminders as the kind has it."""
    changes = _changes(kind, policy_sheet(user, kind)["values"], to_values(policy))
    found: Row = {"changes": changes, "lights": None, "periods": None, "trial": None}
    if not changes:
        return found
    if kind == PolicyKind.LIGHTS:
        found["lights"] = preview_lights(policy=policy, on=on)
    elif kind == PolicyKind.PERIODS:
        found["periods"] = _period_rows(policy, on=on)
    elif kind == PolicyKind.REMINDERS:
        last = on + timedelta(days=DAYS_AHEAD)
        found["trial"] = trial_summary(try_policy(policy, first=on, last=last, on=on)) | {"first": on, "last": last}
    return found


def _period_rows(policy: PeriodPolicy, *, on: date) -> list[Row]:
    """The limits of the period after each that runs; those that are open keep theirs (two queries)."""
    calendar = CalendarDay.objects.as_calendar()
    in_force = PolicyVersion.objects.value(PeriodPolicy, PolicyKind.PERIODS)
    running = {each.code for each in periods_running(on, calendar, in_force)}
    following = periods_running(max(ends_on(code) for code in running) + timedelta(days=1), calendar, in_force)
    return [
        {"label": period_label(each.code), "old": each, "new": period_dates(each.code, calendar, policy)}
        for each in following
        if each.code not in running
    ]
