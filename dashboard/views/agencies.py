from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agencies.models import Agency, Succession, User
from agencies.permissions import can_keep_units, can_manage_people, can_rename, can_see_people
from agencies.readers import name_history, staff_of, successions_of
from common import clock
from common.errors import require
from dashboard.forms.agencies import UnitOrderForm
from dashboard.readers.agencies import UnitOrder, unit_groups, unit_picture
from tasks.models import Task
from tasks.permissions import can_move_assignments


@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """单位: every unit by kind, with what it carries; or all in one order."""
    require(can_see_people(request.user))
    form = UnitOrderForm(request.GET)
    if not form.is_valid():
        raise Http404
    agencies = Agency.objects.visible_to(request.user)
    tasks = Task.objects.visible_to(request.user).current()
    context = {
        "groups": unit_groups(agencies, tasks, on=clock.today(), order=form.chosen()),
        "listed": agencies.in_plan().count(),
        "order": form.chosen(),
        "orders": UnitOrder.choices,
        "can_keep_units": can_keep_units(request.user),
    }
    return render(request, "agencies/list.html", context)


@require_safe
def agency_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A unit: what it leads and supports, with whom, what comes next; its names and its people."""
    user = request.user
    agency = get_object_or_404(Agency.objects.visible_to(user).select_related("zone"), code=code)
    context = {
        "agency": agency,
        "names": name_history(code, on=clock.today()),
        **successions_of(Succession.objects.visible_to(user), code),
        **unit_picture(user, agency, on=clock.today()),
        "staff": staff_of(User.objects.visible_to(user), code),
        "can_manage": can_manage_people(user),
        "can_rename": can_rename(user),
        "can_keep_units": can_keep_units(user),
        "can_move_assignments": can_move_assignments(user),
    }
    return render(request, "agencies/detail.html", context)
