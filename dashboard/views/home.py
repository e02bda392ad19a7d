from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common import clock
from dashboard.readers import home
from dashboard.readers.start import start_hint


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """我的工作: what this person must do now."""
    today = clock.today()
    found = home(request.user, on=today)
    return render(request, "dashboard/home.html", {**found, "start_hint": start_hint(request.user, on=today)})
