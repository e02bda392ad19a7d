from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from common import clock
from dashboard.readers.task_page import task_page
from tasks.models import Task


@require_safe
def task(request: HttpRequest, number: int) -> HttpResponse:
    """任务: all about one task that this person may see, and what they may do with it now."""
    tasks = Task.objects.visible_to(request.user).current().select_related("plan", "pillar")
    found = get_object_or_404(tasks, number=number)
    return render(request, "dashboard/task.html", task_page(found, request.user, on=clock.today()))
