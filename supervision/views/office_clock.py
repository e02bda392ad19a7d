from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common import clock
from common.errors import require
from supervision.permissions import can_see_office_clock
from supervision.readers.office_clock import SUBJECTS
from supervision.readers.office_clock import office_clock as read_office_clock


@require_safe
def office_clock(request: HttpRequest) -> HttpResponse:
    """办公室计时: the office has a clock too, and it is shown."""
    require(can_see_office_clock(request.user))
    today = clock.today()
    shown = [each for each in SUBJECTS if request.user.is_office or each != "notice"]  # drafts are the office's own
    context = {**read_office_clock(on=today, subjects=shown), "today": today}
    return render(request, "supervision/office_clock.html", context)
