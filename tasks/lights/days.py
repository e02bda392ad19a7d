"""The light on a day: a comparison of dates, the same for the past, today and the future, and the same in SQL."""

from datetime import date

from tasks.lights.facts import Colour, Light, LightDates, Rule
from tasks.lights.rules import ONE_DAY, WARNING, fixed_rule, is_within
from tasks.status import DONE

Judged = tuple[Colour, Rule]


def light_on(
    *, status: str, start: date | None, due: date | None, dates: LightDates, closed_late: bool | None, on: date
) -> Light:
    """The light on a day, from the stored dates; first match wins: done, not judged, red, yellow, green."""
    if status in DONE:
        return Light(Colour.BLUE, Rule.CLOSED_LATE if closed_late else Rule.CLOSED_ON_TIME)
    if fixed := fixed_rule(status, due):
        return Light(Colour.GREY, fixed)
    colour, rule = _judge(start, dates, on)
    return Light(colour, rule, _since(colour, start, dates, on), *_next(colour, start, dates, on))


def _has_come(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def _judge(start: date | None, dates: LightDates, on: date) -> Judged:
    """One day by itself."""
    if start is not None and on < start:
        return Colour.GREY, Rule.NOT_STARTED
    if is_within(dates.exempt_from, dates.exempt_until, on):
        return Colour.GREY, Rule.EXEMPT
    if _has_come(dates.red_from, on):
        return Colour.RED, Rule.OVERDUE if _has_come(dates.overdue_from, on) else Rule(dates.red_rule)
    if _has_come(dates.yellow_from, on):
        return Colour.YELLOW, Rule(dates.yellow_rule)
    if is_within(dates.held_from, dates.held_until, on):
        return Colour.YELLOW, Rule.MADE_GOOD
    return Colour.GREEN, Rule.ON_TRACK


def _turns(start: date | None, dates: LightDates) -> list[date]:
    """Every day on which the light can turn, in order."""
    firsts = (start, dates.exempt_from, dates.red_from, dates.yellow_from, dates.held_from)
    lasts = (dates.exempt_until, dates.held_until)
    return sorted({*filter(None, firsts), *(day + ONE_DAY for day in lasts if day)})


def _since(colour: Colour, start: date | None, dates: LightDates, on: date) -> date | None:
    """The first day of the run of this colour in which the day lies, of a warning colour."""
    since = None
    for day in reversed([day for day in _turns(start, dates) if day <= on] if colour in WARNING else []):
        if _judge(start, dates, day)[0] != colour:
            break
        since = day
    return since


def _next(colour: Colour, start: date | None, dates: LightDates, on: date) -> tuple[Colour, date, Rule] | tuple[()]:
    """The first turn to another colour after the day."""
    for day in _turns(start, dates):
        if day > on:
            other, rule = _judge(start, dates, day)
            if other != colour:
                return other, day, rule
    return ()


def overdue_days(light: Light, *, due: date | None, on: date) -> int:
    """Calendar days since the deadline, if the light says overdue, else 0: one rule for light, list and count.

    So a deadline on a Friday is 0 days overdue on the Sunday and 3 on the Monday.
    """
    return (on - due).days if light.rule == Rule.OVERDUE and due is not None else 0
