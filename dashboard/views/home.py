from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common import clock
from dashboard.readers import home


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """我的工作: what this person must do now."""
    return render(request, "dashboard/home.html", home(request.user, on=clock.today()))
