from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from common.errors import require
from tasks.actions.deadlines import check_dates_open
from tasks.models import Task
from tasks.permissions import can_set_up


def find_task(request: HttpRequest, number: int) -> Task:
    """The task of the plan in force with this number, as this person may see it; else 404."""
    tasks = Task.objects.visible_to(request.user).current().select_related("plan", "pillar")
    return get_object_or_404(tasks, number=number)


def find_task_to_set_up(request: HttpRequest, number: int) -> Task:
    """The same for whoever sets dates; refused before anything is typed once the task has ended or stands."""
    task = find_task(request, number)
    require(can_set_up(request.user, task))
    check_dates_open(task)
    return task
