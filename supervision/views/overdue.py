from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common import clock
from common.errors import require
from supervision.models import Notice
from supervision.permissions import can_see_overdue
from supervision.readers import overdue_rows
from tasks.models import Task


@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """What is late today, the oldest first; agency staff find their own unit's tasks on top."""
    require(can_see_overdue(request.user))
    today = clock.today()
    tasks = Task.objects.visible_to(request.user).current()
    notices = Notice.objects.visible_to(request.user)
    rows = overdue_rows(tasks, notices, on=today, own=request.user.agency_id)
    context = {"rows": rows, "today": today, "own": sum(row["is_own"] for row in rows)}
    return render(request, "supervision/overdue.html", context)
