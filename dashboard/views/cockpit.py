from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.roles import Can
from common import clock
from common.errors import require
from dashboard.readers import cockpit


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """总览: the whole plan on one page."""
    require(request.user.has(Can.READ_TASKS))
    return render(request, "dashboard/cockpit.html", cockpit(request.user, on=clock.today()))
