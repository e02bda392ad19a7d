from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from agencies.roles import Can
from common import clock
from common.errors import InvalidError, require
from dashboard.forms.cockpit import ChangesForm, DayForm, conditions, misunderstood
from dashboard.readers import cockpit as read
from ledger.models import Event
from tasks.filters import TaskFilter
from tasks.models import Task
from tasks.readers import part_names


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """驾驶舱: the whole plan on one page, of today or as of the end of a past day."""
    require(request.user.has(Can.READ_TASKS))
    form = _day_form(request)
    if not form.is_valid():
        return render(request, "dashboard/cockpit_refused.html", {"form": form}, status=InvalidError.status)
    on, chosen = form.cleaned_data["on"], request.GET.get("attention", "")
    told = read.cockpit(request.user, on=on, today=form.today, chosen=chosen)
    return render(request, "dashboard/cockpit.html", {**told, **_links(told), "form": form})


def _day_form(request: HttpRequest) -> DayForm:
    today = clock.today()
    entered = request.GET if "on" in request.GET else {"on": ""}
    return DayForm(entered, today=today, first=lambda: read.first_day(request.user))


def _links(told: dict[str, Any]) -> dict[str, Any]:
    """Where a figure leads: to the 台账, or on a past day to the 台账 as it was then; and the day for the API."""
    if not told["is_past"]:
        return {"drill": reverse("tasks:list") + "?", "as_of_query": "", "on_query": ""}
    day = urlencode({"on": told["on"].isoformat()})
    then = f"{reverse('dashboard:cockpit_tasks')}?{day}&"
    return {"drill": then, "as_of_query": f"&as_of={told['on'].isoformat()}", "on_query": f"{day}&"}


@require_safe
def tasks_then(request: HttpRequest) -> HttpResponse:
    """当日台账: the tasks that a mark of a past day stands for; the parameters are those of the 台账."""
    require(request.user.has(Can.READ_TASKS))
    form = _day_form(request)
    if not form.is_valid():
        return render(request, "dashboard/cockpit_refused.html", {"form": form}, status=InvalidError.status)
    on, params = form.cleaned_data["on"], request.GET.copy()
    params.pop("on", None)
    wanted, names = TaskFilter(params, on), part_names()
    errors, tasks = misunderstood(wanted, params), Task.objects.visible_to(request.user).current()
    rows = [] if errors else read.tasks_then(wanted.search(tasks), Event.objects.visible_to(request.user), on=on)
    context = {"on": on, "rows": wanted.keep(rows), "errors": errors, "chips": list(conditions(wanted, names))}
    return render(request, "dashboard/cockpit_tasks.html", context, status=InvalidError.status if errors else 200)


@require_safe
@vary_on_headers("HX-Request")
def wall(request: HttpRequest) -> HttpResponse:
    """大屏: the cockpit for a screen on the wall, which asks for its board again every minute."""
    require(request.user.has(Can.READ_TASKS))
    context = {**read.wall(request.user, on=clock.today()), "is_light": request.GET.get("theme") == "light"}
    return render(request, "dashboard/_cockpit_board.html" if request.htmx else "dashboard/cockpit_wall.html", context)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """变化: what became different between the ends of two days."""
    require(request.user.has(Can.READ_TASKS))
    today, pillars = clock.today(), read.pillar_names()
    entered = {"from": "", "to": "", "pillar": "", "kind": "", **request.GET.dict()}
    form = ChangesForm(entered, today=today, first=lambda: read.first_day(request.user), pillars=pillars)
    if not form.is_valid():
        return render(request, "dashboard/cockpit_changes.html", {"form": form}, status=InvalidError.status)
    given = form.cleaned_data
    asked = {"since": given["from"], "until": given["to"], "pillar": given["pillar"], "kind": given["kind"]}
    context = {
        **asked,
        **read.changes(request.user, **asked),
        "form": form,
        "stretches": read.stretches(today, first=form.first),
    }
    return render(request, "dashboard/cockpit_changes.html", context)
