"""需协调事项: what one is asked, and the answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.roles import Can
from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from progress.actions import answer_ask
from progress.forms import AnswerForm
from progress.models import Ask, Report
from progress.permissions import can_answer
from progress.readers import ask_row, ask_rows


@require_safe
def asks(request: HttpRequest) -> HttpResponse:
    """What waits for this person's answer, and what the own unit has asked of others."""
    user = request.user
    require(user.drafts_for_agency or user.has(Can.REVIEW))
    return render(request, "progress/asks.html", ask_rows(user, on=clock.today()))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """One ask with its answer; whoever is asked sees this much of the report and no more."""
    found = _visible_ask(request, pk)
    if request.method == "POST":
        require(can_answer(request.user, found))
        return _store(request, found)
    return _page(request, found, AnswerForm(initial={"version": found.version}))


def _visible_ask(request: HttpRequest, pk: int) -> Ask:
    asks = Ask.objects.visible_to(request.user).select_related("task__plan", "period")
    return get_object_or_404(asks, pk=pk)


def _store(request: HttpRequest, found: Ask) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=InvalidError.status)
    try:
        answer_ask(report=found, by=request.user, now=clock.now(), **form.cleaned_data)
    except StaleVersionError as error:
        return _conflict(request, found, form, error)
    except DomainError as error:
        show_error(form, error)
        return _page(request, _visible_ask(request, found.pk), form, status=error.status)
    messages.success(request, _("已答复，%(number)s 号任务的牵头单位可以看到。") % {"number": found.task.number})
    return redirect("progress:ask", found.pk)


def _conflict(request: HttpRequest, found: Ask, form: AnswerForm, error: StaleVersionError) -> HttpResponse:
    """The report moved on meanwhile: the ask as it stands now, above the answer that was typed and is not lost."""
    data = form.data.copy()
    data["version"] = str(error.current.version)
    page = {"conflict": error, "status": error.status}
    return _page(request, _visible_ask(request, found.pk), AnswerForm(data), **page)


def _page(request: HttpRequest, found: Ask, form: AnswerForm, *, status: int = 200, **more: Any) -> HttpResponse:
    user = request.user
    row = ask_row(Ask.objects.visible_to(user).filter(pk=found.pk), on=clock.today())
    context = {
        "row": row,
        "period": found.period,
        "form": form,
        "may_answer": row["is_waiting"] and can_answer(user, found),
        "sees_report": Report.objects.visible_to(user).filter(pk=found.pk).exists(),
        "conflict": None,
        **more,
    }
    return render(request, "progress/ask.html", context, status=status)
