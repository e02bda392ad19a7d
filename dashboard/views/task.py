from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from common import clock
from dashboard.readers.task_page import Asked, task_page
from tasks.models import Task

PARTS = frozenset({"reports", "evidence", "cases", "history"})  # what is asked for alone has a template of its name


@require_safe
@vary_on_headers("HX-Request")
def task(request: HttpRequest, number: int) -> HttpResponse:
    """任务: all about one task that this person may see, and what they may do with it now; for htmx one part of it."""
    tasks = Task.objects.visible_to(request.user).current().select_related("plan", "pillar")
    found = get_object_or_404(tasks, number=number)
    page = task_page(found, request.user, on=clock.today(), asked=Asked.of(request.GET))
    part = request.htmx.target if request.htmx and request.htmx.target in PARTS else ""
    return render(request, f"dashboard/task/_{part}.html" if part else "dashboard/task.html", page)
