from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.errors import DomainError, InvalidError, require
from common.form_errors import show_error
from tasks.actions import end_exemption, grant_exemption
from tasks.forms.exemptions import EndForm, ExemptionForm
from tasks.models import Exemption, Task
from tasks.permissions import can_exempt
from tasks.readers import exemption_rows
from tasks.status import RUNNING
from tasks.views.found import find_task


@require_http_methods(["GET", "HEAD", "POST"])
def exemptions(request: HttpRequest, number: int) -> HttpResponse:
    """不评: what is on record for a task, and for the director the form to record another."""
    task = find_task(request, number)
    if request.method != "POST":
        return _page(request, task)
    require(can_exempt(request.user, task))
    form = ExemptionForm(request.POST)
    if not form.is_valid():
        return _page(request, task, form=form, status=InvalidError.status)
    try:
        granted = grant_exemption(task=task, **form.entered(), by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return _page(request, task, form=form, status=error.status)
    messages.success(request, _("已登记，不评至 %(day)s。") % {"day": granted.ends_on.isoformat()})
    return redirect("tasks:exemptions", number)


@require_POST
def exemption_end(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """The director ends an exemption before its day."""
    task = find_task(request, number)
    exemption = get_object_or_404(Exemption.objects.visible_to(request.user).filter(task=task), pk=pk)
    require(can_exempt(request.user, task))
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, task, end_form=form, status=InvalidError.status)
    try:
        end_exemption(exemption=exemption, **form.cleaned_data, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return _page(request, task, end_form=form, status=error.status)
    messages.success(request, _("已终止，今天起恢复评灯。"))
    return redirect("tasks:exemptions", number)


def _page(
    request: HttpRequest,
    task: Task,
    *,
    form: ExemptionForm | None = None,
    end_form: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    rows = exemption_rows(Exemption.objects.visible_to(request.user).filter(task=task), on=today)
    context: dict[str, Any] = {
        "task": task,
        "rows": rows,
        "standing": next((row for row in rows if not row["is_over"]), None),
        "may_exempt": can_exempt(request.user, task),
        "is_running": task.status in RUNNING,
        "form": form or ExemptionForm(initial={"starts_on": today}),
        "end_form": end_form or EndForm(auto_id="id_end_%s"),
    }
    return render(request, "tasks/exemptions.html", context, status=status)
