from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agencies.models import Agency, Succession, User
from agencies.permissions import can_keep_units, can_manage_people, can_rename, can_see_people
from agencies.readers import name_history, staff_of, successions_of
from common import clock
from common.errors import require
from dashboard.readers.agencies import unit_groups, unit_tasks
from tasks.permissions import can_move_assignments


@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """单位: every unit by kind, with what it carries."""
    require(can_see_people(request.user))
    agencies = Agency.objects.visible_to(request.user)
    context = {
        "groups": unit_groups(agencies),
        "listed": agencies.in_plan().count(),
        "can_keep_units": can_keep_units(request.user),
    }
    return render(request, "agencies/list.html", context)


@require_safe
def agency_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A unit: its names, what it leads and supports, its people."""
    user = request.user
    agency = get_object_or_404(Agency.objects.visible_to(user).select_related("zone"), code=code)
    context = {
        "agency": agency,
        "names": name_history(code, on=clock.today()),
        **successions_of(Succession.objects.visible_to(user), code),
        **unit_tasks(user, agency, on=clock.today()),
        "staff": staff_of(User.objects.visible_to(user), code),
        "can_manage": can_manage_people(user),
        "can_rename": can_rename(user),
        "can_keep_units": can_keep_units(user),
        "can_move_assignments": can_move_assignments(user),
    }
    return render(request, "agencies/detail.html", context)
