"""我的工作 by role: the rows are read once, then told apart into lists."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from agencies.roles import AGENCY_ROLES, Can, Role
from dashboard.readers import sections as find
from dashboard.readers.cases import office_cases, unit_cases
from progress.models import Period, Report
from progress.readers import missing_reports, period_rows, review_days, with_unchanged, work_reports
from tasks.models import Assignment, CalendarDay, Task
from tasks.periods import PeriodDates
from tasks.readers import task_rows, task_rows_owing
from tasks.readers.calendar import years_missing

Row = dict[str, Any]
TONES = ("red", "yellow", "plain")


def home(user: User, *, on: date) -> Row:
    """What this person must do now, then what to keep an eye on, each the most pressing first, then what is one's own.

    At most eighteen queries, one for each kind of thing that can wait, whatever waits.
    """
    make: Callable[..., list[Row]] = READERS.get(user.role, _nothing)
    found = [each for each in make(user, on) if each["count"]]
    todo, watched, reference = (
        [each for each in found if each["is"] == kind] for kind in ("todo", "watched", "reference")
    )
    return {
        "sections": [*_pressing(todo), *_pressing(watched)],
        "todo": sum(each["count"] for each in todo),
        "watched": sum(each["count"] for each in watched),
        "reference": reference,
    }


def _pressing(sections: list[Row]) -> list[Row]:
    """Late before near before the rest, else in the order of the day's work."""
    return sorted(sections, key=lambda each: TONES.index(each["tone"]))


def _nothing(_user: User, _on: date) -> list[Row]:
    return []


def _agency_sections(user: User, on: date) -> list[Row]:
    own = user.agency_id or ""
    periods = list(Period.objects.visible_to(user).unlocked(on=on))
    tasks = task_rows_owing(Task.objects.visible_to(user).current().involving(own), periods=_dates(periods), on=on)
    led = [row for row in tasks if row["lead"]["code"] == own]
    supported = [row for row in tasks if row["lead"]["code"] != own]
    reports, missing = _reports(user, led, periods, on, lead=own)
    calendar = CalendarDay.objects.as_calendar()
    signs = user.has(Can.SUBMIT)
    cases = unit_cases(user, on=on, calendar=calendar)
    begun = next(each for each in cases if each["code"] == "closing_drafts")
    return [
        find.overdue(led),
        find.due_soon(led, calendar=calendar, on=on),
        find.returned(reports),
        find.to_receive(led),
        *cases,
        *([find.to_sign(reports, user=user.pk, on=on)] if signs else []),
        find.to_report(with_unchanged(missing), signed_by=user.pk if signs else None),
        *([find.to_close(led, begun=begun)] if signs else []),
        find.led(led, own=own),
        find.supported(supported, own=own),
    ]


def _office_sections(user: User, on: date) -> list[Row]:
    periods = list(Period.objects.visible_to(user).unlocked(on=on))
    tasks = task_rows_owing(Task.objects.visible_to(user).current(), periods=_dates(periods), on=on)
    reports, missing = _reports(user, tasks, periods, on)
    calendar = CalendarDay.objects.as_calendar()
    decides = user.has(Can.DECIDE)
    return [
        find.to_review(_with_lead(reports, tasks), calendar=calendar, on=on, allowed=review_days()),
        *office_cases(user, on=on, calendar=calendar),
        *([find.ready_to_issue(tasks)] if decides else []),
        find.without_deadline(tasks),
        find.watched(find.overdue(tasks)),
        find.watched(find.unreported(missing)),
    ]


def _leader_sections(user: User, on: date) -> list[Row]:
    tasks = task_rows(Task.objects.visible_to(user).current(), on=on)
    return [find.watched(each) for each in (find.attention(tasks), find.moved_deadlines(tasks))]


def _administrator_sections(user: User, on: date) -> list[Row]:
    people, units = _people_without_mail(user), _units_without_staff(user)
    return [_year_section(on), units, people]


def _dates(periods: list[Period]) -> list[PeriodDates]:
    return [each.dates() for each in periods]


def _reports(
    user: User, tasks: list[Row], periods: list[Period], on: date, *, lead: str = ""
) -> tuple[list[Row], list[Row]]:
    """The reports that somebody has to act on, and those that have not come in (one query)."""
    seen = Report.objects.visible_to(user).current()
    rows = work_reports(seen.led_by(lead) if lead else seen, periods=[each.code for each in periods])
    return rows, missing_reports(tasks, rows, period_rows(periods, on=on), on=on)


def _with_lead(reports: list[Row], tasks: list[Row]) -> list[Row]:
    leads = {task["number"]: task["lead"] for task in tasks}
    return [{**report, "lead": leads.get(report["task"]["number"])} for report in reports]


def _people_without_mail(user: User) -> Row:
    found = User.objects.visible_to(user).serving().filter(email="").order_by("agency__order", "name")
    rows = list(found.values("pk", "name", "username", "role", "agency__short_name", "agency__name_en", "is_demo"))
    rows = [{**row, "role_label": Role(row["role"]).label} for row in rows]
    hint = _("没有电子邮箱的人只能在系统内收到提醒。")
    return find.section("no_mail", _("没有电子邮箱的账号"), rows, kind="person", hint=hint)


def _units_without_staff(user: User) -> Row:
    """Units that lead tasks of the plan in force and lack someone to draft or to sign."""
    leading = Assignment.objects.filter(role="lead", task__plan__is_current=True).values("agency")
    serving = User.objects.serving().filter(role__in=AGENCY_ROLES)
    staff: dict[str, set[str]] = {}
    for agency, role in serving.values_list("agency", "role"):
        staff.setdefault(agency, set()).add(role)
    units = Agency.objects.visible_to(user).with_staff().filter(pk__in=leading)
    rows = [_unit(each, staff.get(each.pk, set())) for each in units if Role.APPROVER not in staff.get(each.pk, set())]
    hint = _("牵头单位没有审签人，就没有人能把进展报送给办公室。")
    return find.section("no_approver", _("缺审签人的牵头单位"), rows, kind="staffing", tone="yellow", hint=hint)


def _unit(agency: Agency, roles: set[str]) -> Row:
    return {"code": agency.pk, "label": agency.full_label, "has_reporter": Role.REPORTER in roles}


def _year_section(on: date) -> Row:
    """This year's holiday arrangement, and from November on next year's: without it Monday to Friday count."""
    rows = [{"year": year} for year in years_missing(on)]
    hint = _("没有录入节假日安排的年份，工作日按周一至周五计算。国务院办公厅的通知公布后请录入。")
    return find.section("no_calendar", _("未录入节假日安排的年份"), rows, kind="year", tone="yellow", hint=hint)


READERS: dict[str, Callable[[User, date], list[Row]]] = {
    Role.REPORTER: _agency_sections,
    Role.APPROVER: _agency_sections,
    Role.SUPERVISOR: _office_sections,
    Role.DIRECTOR: _office_sections,
    Role.LEADER: _leader_sections,
    Role.ADMINISTRATOR: _administrator_sections,
}
