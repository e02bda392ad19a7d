from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import DomainError, require
from common.form_errors import show_error
from tasks.actions import publish_calendar_year, set_calendar_day
from tasks.actions.calendar import check_kind
from tasks.forms.calendar import FIRST_YEAR, LAST_YEAR, CalendarDayForm, PublishForm, YearForm
from tasks.models import CalendarDay
from tasks.permissions import can_edit_calendar
from tasks.readers import preview_lights
from tasks.readers.calendar import calendar_with, calendar_year


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """日历: which days of a year are worked; the office and the administrator set single days."""
    require(request.user.reads_tasks or can_edit_calendar(request.user))
    if request.method != "POST":
        return _calendar_page(request, CalendarDayForm())
    require(can_edit_calendar(request.user))
    form = CalendarDayForm(request.POST)
    if not form.is_valid():
        return _calendar_page(request, form, status=400)
    try:
        moved = set_calendar_day(**form.entered(), by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return _calendar_page(request, form, status=error.status)
    messages.success(request, _("已保存；%(moved)s 项任务的亮灯日期随之变化。") % {"moved": moved})
    return redirect(f"{reverse('tasks:calendar')}?year={form.cleaned_data['day'].year}")


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """预览: what changing one day would do to the lights, with the form that then saves it; nothing is stored."""
    require(can_edit_calendar(request.user))
    form = CalendarDayForm(request.GET)
    if not form.is_valid():
        return _calendar_page(request, form, status=400)
    day, kind = form.cleaned_data["day"], form.cleaned_data["kind"]
    try:
        check_kind(day, kind)
    except DomainError as error:
        show_error(form, error)
        return _calendar_page(request, form, status=error.status)
    changed = calendar_with(CalendarDay.objects.visible_to(request.user), day=day, kind=kind)
    rows = preview_lights(calendar=changed, on=clock.today())
    return render(request, "tasks/calendar_preview.html", {"form": form, "rows": rows, "words": form.words()})


@require_POST
def publish_year(request: HttpRequest, year: int) -> HttpResponse:
    """The year's arrangement counts as entered; until then its page says loudly that it is not."""
    require(can_edit_calendar(request.user))
    years, form = YearForm({"year": year}), PublishForm(request.POST)
    if not years.is_valid():
        raise Http404
    if not form.is_valid():
        return _calendar_page(request, CalendarDayForm(), years=years, publish_form=form, status=400)
    try:
        publish_calendar_year(year=year, **form.cleaned_data, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return _calendar_page(request, CalendarDayForm(), years=years, publish_form=form, status=error.status)
    messages.success(request, _("已登记%(year)s年的节假日安排。") % {"year": year})
    return redirect(f"{reverse('tasks:calendar')}?year={year}")


def _calendar_page(
    request: HttpRequest,
    form: CalendarDayForm,
    *,
    years: YearForm | None = None,
    publish_form: PublishForm | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen, today = years or YearForm(request.GET), clock.today()
    if not chosen.is_valid():
        raise Http404
    year = chosen.chosen(today)
    context = {
        **calendar_year(CalendarDay.objects.visible_to(request.user), year=year, on=today),
        "previous": year - 1 if year > FIRST_YEAR else None,
        "next": year + 1 if year < LAST_YEAR else None,
        "form": form,
        "publish_form": publish_form or PublishForm(auto_id="id_publish_%s"),
        "can_edit": can_edit_calendar(request.user),
    }
    return render(request, "tasks/calendar.html", context, status=status)
