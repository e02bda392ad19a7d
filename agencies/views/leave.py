"""离岗代办: who is away, and who stands in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.actions import cancel_leave, set_leave
from agencies.forms import LeaveForm
from agencies.models import Leave, User
from agencies.permissions import can_see_people, can_set_leave
from agencies.readers import leave_rows, leave_subjects
from common import clock
from common.errors import DomainError, require
from common.form_errors import show_error
from common.texts import NAME_LENGTH, text_problems
from common.undoing import offer_undo


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """The absences of now and of later that this person may see, and the form to enter one."""
    seen = User.objects.visible_to(request.user)
    entered = request.POST.get("user", "")
    if entered and not text_problems(entered, limit=NAME_LENGTH):
        require(can_set_leave(request.user, get_object_or_404(seen, username=entered)))
    require(can_see_people(request.user))
    people = leave_subjects(seen, by=request.user)
    initial = {"user": request.user}
    form = LeaveForm(request.POST or None, people=people, colleagues=seen, initial=initial)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        done = set_leave(**form.cleaned_data, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return _page(request, form, status=error.status)
    offer_undo(request, _("已登记，期间的提醒由代办人接收。"), reverse("agencies:leave_cancel", args=[done.pk]))
    return redirect("agencies:leave")


@require_POST
def leave_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Back earlier, or not away after all."""
    found = get_object_or_404(Leave.objects.visible_to(request.user), pk=pk)
    cancel_leave(leave=found, by=request.user, now=clock.now())
    messages.success(request, _("已取消代办，提醒恢复由本人接收。"))
    return redirect("agencies:leave")


def _page(request: HttpRequest, form: LeaveForm, *, status: int = 200) -> HttpResponse:
    rows = leave_rows(Leave.objects.visible_to(request.user), on=clock.today(), by=request.user)
    return render(request, "agencies/leave.html", {"form": form, "rows": rows}, status=status)
