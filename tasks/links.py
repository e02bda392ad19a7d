"""责任的移交: how the list of a task's units changes when a unit's duty passes to its successor. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tasks.status import ENDED

LEAD_ORDER = 1  # 排在首位的为牵头单位


@dataclass(frozen=True)
class Link:
    """One unit in a task's list; the first leads.

    `plan_unit` is the unit that the plan names in this place if it is another, `moved_on` the day it changed, `joined`
    the units of the plan's list whose links became one with this.
    """

    agency: str
    plan_unit: str | None = None
    moved_on: date | None = None
    joined: tuple[str, ...] = ()

    @property
    def stands_for(self) -> tuple[str, ...]:
        """The units of the plan's list that this link stands for."""
        return (self.plan_unit or self.agency, *self.joined)


Links = tuple[Link, ...]


def place(links: Links, unit: str) -> int | None:
    """Where a unit stands in the list, from 1; None if it does not."""
    return next((order for order, each in enumerate(links, start=1) if each.agency == unit), None)


def move_link(links: Links, source: str, target: str, *, on: date) -> Links:
    """The list once `target` has taken the place of `source`, which must stand in it.

    One link a unit: if the successor stands in the list already, the better of its two places remains (lead beats co,
    then the plan's order), and the places behind the other move up.
    """
    moved = [_taken(each, target, on) if each.agency == source else each for each in links]
    first, *others = [each for each in moved if each.agency == target]
    if not others:
        return tuple(moved)
    kept = replace(first, joined=(*first.joined, *others[0].stands_for))
    return tuple(kept if each is first else each for each in moved if each is not others[0])


def _taken(link: Link, target: str, on: date) -> Link:
    if link.plan_unit == target:
        return replace(link, agency=target, plan_unit=None, moved_on=None)
    return replace(link, agency=target, plan_unit=link.plan_unit or link.agency, moved_on=on)


def move_obstacle(status: str, links: Links, move: tuple[str, str], *, since: date | None, on: date) -> str:
    """Why a unit's link cannot pass to its successor on a day, in words; empty when it can.

    `move` is (unit, successor), `since` the day from which the successor stands for the unit, None if it does not.
    """
    source, _target = move
    if status in ENDED:
        return _("任务已结束，仍记在原单位名下。")
    if place(links, source) is None:
        return _("该单位已不承担这项任务，可能刚移交过。")
    if since is None:
        return _("没有登记过这两个单位的承接关系，或承接单位也已撤销。")
    if on < since:
        return _("承接自 %(day)s 起，移交日期不能更早。") % {"day": since.isoformat()}
    return ""


def tell_outcome(links: Links, source: str, target: str, *, on: date) -> str:
    """What the successor will be in the list, in words; `source` must stand in it."""
    held, after = place(links, target), place(move_link(links, source, target, on=on), target)
    words: dict[str, Any] = {"order": after}
    if held is None:
        return _("接任牵头") if after == LEAD_ORDER else _("接任配合，列第 %(order)d 位") % words
    if held == LEAD_ORDER:
        return _("已是牵头单位，两条责任并为一条")
    if after == LEAD_ORDER:
        return _("由配合升为牵头，两条责任并为一条")
    return _("已是配合单位，两条责任并为一条，列第 %(order)d 位") % words
