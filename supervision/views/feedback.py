"""意见反馈: what people say about this system, and what the office answers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import DomainError, InvalidError
from common.form_errors import show_error
from supervision.actions import answer_feedback, send_feedback
from supervision.forms.feedback import AnswerForm, FeedbackForm
from supervision.models import Feedback
from supervision.permissions import can_answer_feedback
from supervision.readers.feedback import SEEN, feedback_rows

PAGE_SIZE = 30
SHOWN = {"waiting": gettext_lazy("待答复"), "answered": gettext_lazy("已答复"), "all": gettext_lazy("全部")}


@require_safe
def feedback(request: HttpRequest) -> HttpResponse:
    """For the office what waits and what was answered; for everyone else what they said, with the answers."""
    request.session[SEEN] = clock.now().isoformat()
    return _list(request)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback_new(request: HttpRequest) -> HttpResponse:
    """The form; the link at the foot of every page brings the page's path."""
    form = FeedbackForm(request.POST or None, initial={"page": request.GET.get("page", "")})
    if not form.is_valid():
        return _form(request, form, status=400 if form.is_bound else 200)
    try:
        send_feedback(**form.cleaned_data, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return _form(request, form, status=error.status)
    return redirect("supervision:feedback_thanks")


@require_safe
def feedback_thanks(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "supervision/feedback_thanks.html")


@require_POST
def feedback_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """In place: what was written stays on the page when it was refused."""
    found = get_object_or_404(Feedback.objects.visible_to(request.user), pk=pk)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise InvalidError(dict(form.errors))
        answer_feedback(feedback=found, **form.cleaned_data, by=request.user, now=clock.now())
    except DomainError as error:
        if error.status == 403:
            raise
        problems = [each for found in getattr(error, "errors", {}).values() for each in found]
        answer = request.POST.get("answer", "")
        return _list(request, refused={"pk": pk, "error": error, "problems": problems, "answer": answer})
    messages.success(request, _("已答复，反馈人会在这里看到。"))
    return redirect("supervision:feedback")


def _form(request: HttpRequest, form: FeedbackForm, *, status: int) -> HttpResponse:
    return render(request, "supervision/feedback_form.html", {"form": form}, status=status)


def _list(request: HttpRequest, *, refused: dict[str, Any] | None = None) -> HttpResponse:
    answers = can_answer_feedback(request.user)
    show = request.GET.get("show", "waiting" if answers else "all")
    if show not in SHOWN:
        raise InvalidError({"show": [_("只能按待答复、已答复或全部查看。")]})
    rows = Feedback.objects.visible_to(request.user)
    if refused:  # it alone: on which page of the list it stands is nothing to look for
        rows, show = rows.filter(pk=refused["pk"]), "all"
    rows = rows if show == "all" else rows.waiting() if show == "waiting" else rows.answered()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    address = reverse("supervision:feedback")
    segments = [{"url": f"{address}?show={each}", "label": SHOWN[each], "is_current": each == show} for each in SHOWN]
    context = {"segments": segments, "page": page, "rows": feedback_rows(page.object_list), "show": show}
    context |= {"answers": answers, "refused": refused}
    status = refused["error"].status if refused else 200
    return render(request, "supervision/feedback.html", context, status=status)
