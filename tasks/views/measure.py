from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock
from common.undoing import offer_undo
from tasks.actions import set_deliverable, set_measure_status
from tasks.models import Measure
from tasks.views.found import find_task


@require_POST
def measure(request: HttpRequest, number: int, order: int) -> HttpResponse:
    """举措: how far one sentence of the task is."""
    task, status = find_task(request, number), request.POST.get("status", "")
    before = task.measures.filter(order=order).values_list("status", flat=True).first()
    try:
        done = set_measure_status(task=task, order=order, status=status, by=request.user, now=clock.now())
    except Measure.DoesNotExist as error:
        raise Http404 from error
    said = _("举措 %(code)s 已更新为“%(status)s”。")
    words = said % {"code": f"{number}.{order}", "status": done.get_status_display()}
    if before == status:
        messages.success(request, words)
    else:
        offer_undo(request, words, reverse("tasks:measure", args=[number, order]), {"status": before})
    return redirect("dashboard:task", number)


@require_POST
def deliverable(request: HttpRequest, number: int, order: int) -> HttpResponse:
    """成果形式: in which form the result of one sentence is shown."""
    task, form = find_task(request, number), request.POST.get("deliverable", "")
    try:
        done = set_deliverable(task=task, order=order, deliverable=form, by=request.user, now=clock.now())
    except Measure.DoesNotExist as error:
        raise Http404 from error
    said = _("举措 %(code)s 的成果形式已定为“%(form)s”。")
    messages.success(request, said % {"code": f"{number}.{order}", "form": done.get_deliverable_display()})
    return redirect("tasks:deadline", number)
