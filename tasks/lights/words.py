"""The light in words: labels, shapes, and the one sentence that says why, since when, and what next."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tasks.lights.days import overdue_days
from tasks.lights.facts import Colour, Light, Rule
from tasks.lights.rules import last_quarter_end
from tasks.periods import period_label

# The short word that stands beside the shape.
WORST_FIRST = (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY, Colour.BLUE)
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
    Rule.EXEMPT: _("正当理由不评"),
    Rule.OVERDUE: _("超期未办结"),
    Rule.PACE_RED: _("严重低于计划进度"),
    Rule.START_MISSED: _("逾期未启动"),
    Rule.TWO_YELLOW: _("连续预警未改善"),
    Rule.PACE_YELLOW: _("低于计划进度"),
    Rule.NEAR_DUE: _("临近时限"),
    Rule.REPORT_MISSING: _("进展未报送"),
    Rule.MADE_GOOD: _("整改后保持黄灯"),
    Rule.ON_TRACK: _("按计划推进"),
}

# The office's numbers, as its settings page and the ledger call them.
POLICY_LABELS: dict[str, Promise] = {
    "yellow_points": _("落后多少个百分点起亮黄灯"),
    "red_points": _("落后超过多少个百分点亮红灯"),
    "near_days": _("时限前几个工作日起亮黄灯"),
    "near_days_long": _("长期任务时限前几个工作日起亮黄灯"),
    "long_task_months": _("超过几个月算长期任务"),
    "overdue_after": _("过时限后第几个工作日起算超期"),
    "start_missed_months": _("计划开始后几个月未启动亮红灯"),
    "yellow_closes": _("连续几个季度末未转绿灯亮红灯"),
    "report_after": _("应报进展逾期第几个工作日起亮黄灯"),
    "hold_made_good": _("红灯整改后黄灯保持到季度末"),
}

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
    Rule.EXEMPT: _("%(date)s起因正当理由不评，转%(colour)s"),
    Rule.OVERDUE: _("如未在时限内报请办结，%(date)s转%(colour)s"),
    Rule.PACE_RED: _("如无新的审定进展，%(date)s转%(colour)s"),
    Rule.START_MISSED: _("如仍未启动，%(date)s转%(colour)s"),
    Rule.TWO_YELLOW: _("如未转绿灯，%(date)s因连续预警转%(colour)s"),
    Rule.PACE_YELLOW: _("如无新的审定进展，%(date)s转%(colour)s"),
    Rule.NEAR_DUE: _("如审定进度仍未达到 100%%，%(date)s转%(colour)s"),
    Rule.REPORT_MISSING: _("如仍未收到应报的进展，%(date)s转%(colour)s"),
}
TURN_BY_ITSELF = _("%(date)s起亮%(colour)s")


@dataclass(frozen=True)
class Numbers:
    """What the sentence tells beside the light itself: planned and approved percent, dates, and the recorded reason."""

    planned: int | None
    actual: int
    due: date | None
    start: date | None = None
    report_due_on: date | None = None
    report_period: str = ""
    held_until: date | None = None
    exempt_until: date | None = None
    exempt_reason: str = ""


def _say_day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _join(first: str, second: str) -> str:
    return gettext("%(first)s，%(second)s") % {"first": first, "second": second}


def _say_progress(numbers: Numbers) -> str:
    planned, actual = numbers.planned, numbers.actual
    if planned is None:
        return gettext("已审定进度 %(actual)d%%") % {"actual": actual}
    words = {"planned": planned, "actual": actual, "behind": planned - actual}
    if planned <= actual:
        return gettext("计划进度 %(planned)d%%，已审定进度 %(actual)d%%") % words
    text = ngettext(
        "计划进度 %(planned)d%%，已审定进度 %(actual)d%%，相差 %(behind)d 个百分点",
        "计划进度 %(planned)d%%，已审定进度 %(actual)d%%，相差 %(behind)d 个百分点",
        planned - actual,
    )
    return text % words


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


def _say_report(numbers: Numbers) -> str:
    """Which report is owed and since when; a period that is not named is not invented."""
    if numbers.report_due_on is None:
        return gettext("应报的进展至今未收到")
    words = {"date": _say_day(numbers.report_due_on)}
    if not numbers.report_period:
        return gettext("进展应于 %(date)s前报送，至今未收到") % words
    words["period"] = period_label(numbers.report_period)
    return gettext("%(period)s进展应于 %(date)s前报送，至今未收到") % words


def _say_exempt(numbers: Numbers) -> str:
    until = _say_day(numbers.exempt_until) if numbers.exempt_until else ""
    if not numbers.exempt_reason:
        return gettext("因正当理由不评灯，至 %(date)s止") % {"date": until}
    return gettext("因正当理由（%(reason)s）不评灯，至 %(date)s止") % {"reason": numbers.exempt_reason, "date": until}


def _say_rule(light: Light, numbers: Numbers, on: date) -> str:
    """What the rule itself adds to the progress; "" if the progress says it all."""
    if light.rule in {Rule.OVERDUE, Rule.NEAR_DUE} and numbers.due:
        return _say_deadline(light, numbers.due, on)
    if light.rule == Rule.START_MISSED and numbers.start:
        return gettext("计划 %(date)s开始，至今仍未启动") % {"date": _say_day(numbers.start)}
    if light.rule == Rule.TWO_YELLOW and light.since:
        end = _say_day(last_quarter_end(light.since))
        return gettext("到 %(date)s季度末仍未转绿灯，连续预警已达规定期数") % {"date": end}
    if light.rule == Rule.REPORT_MISSING:
        return _say_report(numbers)
    if light.rule == Rule.MADE_GOOD and numbers.held_until:
        return gettext("红灯已整改，黄灯保持至 %(date)s") % {"date": _say_day(numbers.held_until)}
    return ""


def _say_why(light: Light, numbers: Numbers, on: date) -> str:
    if light.rule in STILL_WORDS:
        return str(STILL_WORDS[light.rule])
    if light.rule == Rule.EXEMPT:
        return _say_exempt(numbers)
    progress, more = _say_progress(numbers), _say_rule(light, numbers, on)
    return _join(more, progress) if more else progress


def _say_next(light: Light) -> str:
    if light.next_on is None or light.next_colour is None or light.next_rule is None:
        return ""
    words = {"date": _say_day(light.next_on), "colour": COLOUR_NAMES[light.next_colour]}
    if light.colour == Colour.GREY:
        return str(TURN_BY_ITSELF) % words
    return str(TURN_WORDS.get(light.next_rule, TURN_BY_ITSELF)) % words


def _sentence(light: Light, numbers: Numbers, on: date) -> str:
    sentence = _say_why(light, numbers, on)
    if light.since:
        since = {"date": _say_day(light.since), "colour": COLOUR_NAMES[light.colour]}
        sentence = _join(sentence, gettext("自 %(date)s起亮%(colour)s") % since)
    if coming := _say_next(light):
        sentence = gettext("%(first)s；%(second)s") % {"first": sentence, "second": coming}
    return capfirst(gettext("%(sentence)s。") % {"sentence": sentence})


_lazy_sentence = lazy(_sentence, str)


def explain(light: Light, numbers: Numbers, *, on: date) -> Promise:
    """One sentence with its numbers: why this colour, since when, what it turns to next and when, unless what.

    Lazy: it speaks the language of whoever reads it; call str() where text is stored or serialized.
    """
    return cast(Promise, _lazy_sentence(light, numbers, on))
