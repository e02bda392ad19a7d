"""亮灯: the light of a task as a function of approved facts, a day, a calendar and a policy.

Two steps. When a fact changes, `light_dates` finds the days on which the light turns; they are stored on the task. On
any day, past or future, `light_on` only compares dates, so that lists can filter and sort by the light in SQL.
Sources of the rules: 银川 2025 (pace), 宜昌 (overdue), 西安 (near due); the longer notice for long tasks is ours.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import cast

from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.workdays import WorkCalendar
from tasks.planned import FULL_PERCENT, Mark, first_day_planned_reaches
from tasks.status import DONE, Status


class Colour(StrEnum):
    """亮灯 colours, as stored and as in the API."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    BLUE = "blue"
    GREY = "grey"


class Rule(StrEnum):
    """Why a light has its colour: the code of the reason. Of two rules that hold, the one listed first counts."""

    CLOSED_ON_TIME = "closed_on_time"
    CLOSED_LATE = "closed_late"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    STANDING = "standing"
    NO_DEADLINE = "no_deadline"
    NOT_ISSUED = "not_issued"
    NOT_STARTED = "not_started"
    OVERDUE = "overdue"
    PACE_RED = "pace_red"
    PACE_YELLOW = "pace_yellow"
    NEAR_DUE = "near_due"
    ON_TRACK = "on_track"


# The short word that stands beside the shape.
COLOUR_LABELS: dict[Colour, Promise] = {
    Colour.GREEN: _("正常"),
    Colour.YELLOW: _("预警"),
    Colour.RED: _("滞后"),
    Colour.BLUE: _("已办结"),
    Colour.GREY: _("不评"),
}

# The light itself, where a sentence says that it turns.
COLOUR_NAMES: dict[Colour, Promise] = {
    Colour.GREEN: _("绿灯"),
    Colour.YELLOW: _("黄灯"),
    Colour.RED: _("红灯"),
    Colour.BLUE: _("蓝灯"),
    Colour.GREY: _("灰灯"),
}

# Names in the icon sprite: never colour alone.
SHAPES: dict[Colour, str] = {
    Colour.GREEN: "check-circle-fill",
    Colour.YELLOW: "exclamation-triangle-fill",
    Colour.RED: "x-octagon-fill",
    Colour.BLUE: "check2-all",
    Colour.GREY: "dash-circle",
}

RULE_LABELS: dict[Rule, Promise] = {
    Rule.CLOSED_ON_TIME: _("正常办结"),
    Rule.CLOSED_LATE: _("超时办结"),
    Rule.SUSPENDED: _("挂起"),
    Rule.STOPPED: _("中止"),
    Rule.STANDING: _("转常态化"),
    Rule.NO_DEADLINE: _("未设时限"),
    Rule.NOT_ISSUED: _("待立项"),
    Rule.NOT_STARTED: _("未到开始时间"),
    Rule.OVERDUE: _("超期未办结"),
    Rule.PACE_RED: _("严重低于计划进度"),
    Rule.PACE_YELLOW: _("低于计划进度"),
    Rule.NEAR_DUE: _("临近时限"),
    Rule.ON_TRACK: _("按计划推进"),
}

# The states in which every clock stands still.
STILL_STATUSES: dict[str, Rule] = {
    Status.SUSPENDED: Rule.SUSPENDED,
    Status.STOPPED: Rule.STOPPED,
    Status.STANDING: Rule.STANDING,
}


@dataclass(frozen=True)
class LightPolicy:
    """The numbers by which lights are judged; the office can change them, the defaults are published rules."""

    yellow_points: int = 10  # percentage points behind, from this many on; 银川 2025
    red_points: int = 30  # percentage points behind, more than this; 银川 2025
    near_days: int = 3  # working days before the deadline; 西安
    near_days_long: int = 7  # the same for a long task; ours
    long_task_months: int = 6  # a task is long if it runs over this many months; ours
    overdue_after: int = 1  # working days after the deadline; 宜昌

    def __post_init__(self) -> None:
        if min(self.yellow_points, self.red_points, self.near_days, self.near_days_long, self.overdue_after) < 1:
            raise ValueError("points and working days of a light policy are at least one")


DEFAULT_POLICY = LightPolicy()


@dataclass(frozen=True)
class LightFacts:
    """What a light depends on: approved facts only. `percent` is the last approved one, 0 before the first."""

    status: str
    start: date | None
    due: date | None
    percent: int
    marks: tuple[Mark, ...] = ()
    closing_asked_on: date | None = None
    closed_late: bool | None = None


@dataclass(frozen=True)
class LightDates:
    """The days on which the light turns, with the rule that turns it; "" where there is no day.

    `overdue_from` stands beside `red_from`, because a task may be red for its pace long before it is overdue.
    """

    yellow_from: date | None = None
    yellow_rule: str = ""
    red_from: date | None = None
    red_rule: str = ""
    overdue_from: date | None = None


@dataclass(frozen=True)
class Light:
    """亮灯 on one day.

    `since` is the first day of yellow or red, None otherwise; `next_…` is the turn that comes if no fact changes, with
    the rule that will bring it.
    """

    colour: Colour
    rule: Rule
    since: date | None = None
    next_colour: Colour | None = None
    next_on: date | None = None
    next_rule: Rule | None = None


def _fixed_rule(status: str, due: date | None) -> Rule | None:
    """The reason why no clock of the task runs at all, whatever the day; None if it is judged by dates."""
    if status in STILL_STATUSES:
        return STILL_STATUSES[status]
    if due is None:
        return Rule.NO_DEADLINE
    return Rule.NOT_ISSUED if status == Status.PLANNED else None


def _is_judged(facts: LightFacts) -> bool:
    return facts.status not in DONE and _fixed_rule(facts.status, facts.due) is None


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month if it is shorter."""
    years, month_index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _asked_in_time(facts: LightFacts) -> bool:
    """A request to close stands only while the office has it; one that was returned stops no clock any more."""
    asked_on = facts.closing_asked_on if facts.status == Status.CLOSING else None
    return asked_on is not None and facts.due is not None and asked_on <= facts.due


def _from_start(facts: LightFacts, day: date) -> date:
    """Nothing is judged before the start date, so no light turns before it."""
    return max(day, facts.start) if facts.start else day


def overdue_from(facts: LightFacts, calendar: WorkCalendar, policy: LightPolicy = DEFAULT_POLICY) -> date | None:
    """The day from which a task is overdue: the first working day after its deadline (宜昌), whatever its percent.

    None if its clock does not run, or if closing was asked on or before the deadline and the office has the request.
    """
    if facts.due is None or not _is_judged(facts) or _asked_in_time(facts):
        return None
    return _from_start(facts, calendar.after(facts.due, policy.overdue_after))


def _near_due_from(facts: LightFacts, calendar: WorkCalendar, policy: LightPolicy) -> date | None:
    """The n-th working day before the deadline, the day of the reminder too; None once 100 % is approved."""
    if facts.due is None or facts.percent >= FULL_PERCENT:
        return None
    is_long = facts.start is not None and facts.due > months_after(facts.start, policy.long_task_months)
    days = policy.near_days_long if is_long else policy.near_days
    return _from_start(facts, calendar.after(facts.due, -days))


def _behind_from(facts: LightFacts, points: int) -> date | None:
    """The first day with planned percent − approved percent ≥ points."""
    return first_day_planned_reaches(facts.percent + points, facts.marks, start=facts.start, due=facts.due)


def _earliest(candidates: Iterable[tuple[date | None, Rule]]) -> tuple[date | None, str]:
    """The earliest day with its rule; on the same day the candidate named first."""
    dated = [(day, str(rule)) for day, rule in candidates if day is not None]
    return min(dated, key=lambda candidate: candidate[0], default=(None, ""))


def light_dates(facts: LightFacts, calendar: WorkCalendar, policy: LightPolicy = DEFAULT_POLICY) -> LightDates:
    """The days to store on the task; all None while it is done or not judged.

    Each is the day from which a rule holds if no fact changes, never before the start date. Red is the earlier of
    overdue and P − A > 30 points, yellow the earlier of P − A ≥ 10 points and near due; of a tie, the one named first.
    """
    if not _is_judged(facts):
        return LightDates()
    overdue = overdue_from(facts, calendar, policy)
    red_from, red_rule = _earliest(
        [(overdue, Rule.OVERDUE), (_behind_from(facts, policy.red_points + 1), Rule.PACE_RED)]
    )
    yellow_from, yellow_rule = _earliest(
        [
            (_behind_from(facts, policy.yellow_points), Rule.PACE_YELLOW),
            (_near_due_from(facts, calendar, policy), Rule.NEAR_DUE),
        ]
    )
    return LightDates(yellow_from, yellow_rule, red_from, red_rule, overdue)


def _has_come(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def _red_rule(dates: LightDates, on: date) -> Rule:
    return Rule.OVERDUE if _has_come(dates.overdue_from, on) else Rule(dates.red_rule)


def _next_turn(dates: LightDates, on: date) -> tuple[Colour, date, Rule] | tuple[()]:
    """The first turn after the day; red if both colours turn on the same day. Nothing follows red."""
    turns: list[tuple[Colour, date, Rule]] = []
    if dates.red_from is not None:
        turns.append((Colour.RED, dates.red_from, _red_rule(dates, dates.red_from)))
    if dates.yellow_from is not None:
        turns.append((Colour.YELLOW, dates.yellow_from, Rule(dates.yellow_rule)))
    return min((turn for turn in turns if turn[1] > on), key=lambda turn: turn[1], default=())


def _judged(dates: LightDates, on: date) -> Light:
    """Red before yellow before green, by dates alone."""
    if _has_come(dates.red_from, on):
        return Light(Colour.RED, _red_rule(dates, on), dates.red_from)
    coming = _next_turn(dates, on)
    if _has_come(dates.yellow_from, on):
        return Light(Colour.YELLOW, Rule(dates.yellow_rule), dates.yellow_from, *coming)
    return Light(Colour.GREEN, Rule.ON_TRACK, None, *coming)


def light_on(
    *, status: str, start: date | None, due: date | None, dates: LightDates, closed_late: bool | None, on: date
) -> Light:
    """The light on a day, from the stored dates; first match wins: done, not judged, red, yellow, green."""
    if status in DONE:
        return Light(Colour.BLUE, Rule.CLOSED_LATE if closed_late else Rule.CLOSED_ON_TIME)
    if fixed := _fixed_rule(status, due):
        return Light(Colour.GREY, fixed)
    if start is not None and on < start:
        first = _judged(dates, start)
        return Light(Colour.GREY, Rule.NOT_STARTED, None, first.colour, start, first.rule)
    return _judged(dates, on)


def overdue_days(light: Light, *, due: date | None, on: date) -> int:
    """Calendar days since the deadline, if the light says overdue, else 0: one rule for light, list and count.

    So a deadline on a Friday is 0 days overdue on the Sunday and 3 on the Monday.
    """
    return (on - due).days if light.rule == Rule.OVERDUE and due is not None else 0


# What a light that no date changes says of itself.
STILL_WORDS: dict[Rule, Promise] = {
    Rule.CLOSED_ON_TIME: _("已办结，属正常办结"),
    Rule.CLOSED_LATE: _("已办结，属超时办结"),
    Rule.SUSPENDED: _("任务已挂起，时限停止计算，暂不评灯"),
    Rule.STOPPED: _("任务已中止，不评灯"),
    Rule.STANDING: _("任务已转常态化，不再按时限评灯"),
    Rule.NO_DEADLINE: _("未设时限，不评灯"),
    Rule.NOT_ISSUED: _("任务尚未下达，不评灯"),
    Rule.NOT_STARTED: _("未到开始时间，暂不评灯"),
}

# What happens next, by the rule that will turn the light.
TURN_WORDS: dict[Rule, Promise] = {
    Rule.OVERDUE: _("如未在时限内报请办结，%(date)s转%(colour)s"),
    Rule.PACE_RED: _("如无新的审定进展，%(date)s转%(colour)s"),
    Rule.PACE_YELLOW: _("如无新的审定进展，%(date)s转%(colour)s"),
    Rule.NEAR_DUE: _("如审定进度仍未达到 100%%，%(date)s转%(colour)s"),
}


def _say_day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _say_progress(planned: int | None, actual: int) -> str:
    if planned is None:
        return gettext("已审定进度 %(actual)d%%") % {"actual": actual}
    numbers = {"planned": planned, "actual": actual, "behind": planned - actual}
    if planned <= actual:
        return gettext("计划进度 %(planned)d%%，已审定进度 %(actual)d%%") % numbers
    text = ngettext(
        "计划进度 %(planned)d%%，已审定进度 %(actual)d%%，相差 %(behind)d 个百分点",
        "计划进度 %(planned)d%%，已审定进度 %(actual)d%%，相差 %(behind)d 个百分点",
        planned - actual,
    )
    return text % numbers


def _say_deadline(light: Light, due: date, on: date) -> str:
    """The deadline and the calendar days until it, or since it once the light says overdue."""
    days = overdue_days(light, due=due, on=on)
    if days:
        text = ngettext("时限为 %(date)s，已超期 %(days)d 天", "时限为 %(date)s，已超期 %(days)d 天", days)
    elif due > on:
        days = (due - on).days
        text = ngettext("距时限 %(date)s还有 %(days)d 天", "距时限 %(date)s还有 %(days)d 天", days)
    else:
        text = gettext("时限为 %(date)s，已到期")
    return text % {"date": _say_day(due), "days": days}


def _say_why(light: Light, *, planned: int | None, actual: int, due: date | None, on: date) -> str:
    if light.rule in STILL_WORDS:
        return str(STILL_WORDS[light.rule])
    progress = _say_progress(planned, actual)
    if due is None or light.rule not in {Rule.OVERDUE, Rule.NEAR_DUE}:
        return progress
    return gettext("%(first)s，%(second)s") % {"first": _say_deadline(light, due, on), "second": progress}


def _say_next(light: Light) -> str:
    if light.next_on is None or light.next_colour is None or light.next_rule is None:
        return ""
    words = {"date": _say_day(light.next_on), "colour": COLOUR_NAMES[light.next_colour]}
    if light.rule == Rule.NOT_STARTED:
        return gettext("%(date)s起亮%(colour)s") % words
    return str(TURN_WORDS[light.next_rule]) % words


def _sentence(light: Light, planned: int | None, actual: int, due: date | None, on: date) -> str:
    sentence = _say_why(light, planned=planned, actual=actual, due=due, on=on)
    if light.since:
        since = {"date": _say_day(light.since), "colour": COLOUR_NAMES[light.colour]}
        since_words = gettext("自 %(date)s起亮%(colour)s") % since
        sentence = gettext("%(first)s，%(second)s") % {"first": sentence, "second": since_words}
    if coming := _say_next(light):
        sentence = gettext("%(first)s；%(second)s") % {"first": sentence, "second": coming}
    return capfirst(gettext("%(sentence)s。") % {"sentence": sentence})


_lazy_sentence = lazy(_sentence, str)


def explain(light: Light, *, planned: int | None, actual: int, due: date | None, on: date) -> Promise:
    """One sentence with its numbers: why this colour, since when, what it turns to next and when, unless what.

    Lazy: it speaks the language of whoever reads it; call str() where text is stored or serialized.
    """
    return cast(Promise, _lazy_sentence(light, planned, actual, due, on))
