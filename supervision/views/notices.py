"""督办: the list, one notice, and what each hand may do with it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from supervision.actions import answer_notice, confirm_notice, decline_notice, issue_notice, receive_notice
from supervision.forms.notices import NOTICE_FORMS, VersionedForm, starting_values
from supervision.models import Notice
from supervision.permissions import can_see_notices, may_ever_notice
from supervision.readers.notices import STATES, changes_for, days_over, find_notices, notice_rows, who_is_next

PAGE_SIZE = 50
LEVELS = ("2", "3")
ACTIONS: dict[str, Callable[..., Notice]] = {
    "confirm": confirm_notice,
    "issue": issue_notice,
    "decline": decline_notice,
    "receive": receive_notice,
    "answer": answer_notice,
}


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """督办: the office sees what it has to confirm or issue first; a unit its own."""
    require(can_see_notices(request.user))
    level, state = request.GET.get("level", ""), request.GET.get("status", "")
    if level not in {"", *LEVELS} or state not in {"", *STATES}:
        raise InvalidError({"level": [_("没有这样的筛选条件。")]})
    found = find_notices(Notice.objects.visible_to(request.user), level=level, state=state)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"rows": notice_rows(page.object_list), "page": page, "level": level, "state": state}
    return render(request, "supervision/notices.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, as it would be printed, with the forms of whoever is to act."""
    return _page(request, _find(request, pk))


@require_POST
def notice_change(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One change of the table: confirm, issue, decline, receive or answer."""
    found = _find(request, pk)
    require(may_ever_notice(request.user, found, verb))
    form = NOTICE_FORMS[verb](request.POST, auto_id=f"{verb}_%s")
    if not form.is_valid():
        return _page(request, found, forms={verb: form}, status=InvalidError.status)
    try:
        ACTIONS[verb](notice=found, by=request.user, now=clock.now(), **form.cleaned_data)
    except DomainError as error:
        return _refused(request, pk, verb, form, error)
    messages.success(request, _("已办理。"))
    return redirect("supervision:notice", pk)


def _find(request: HttpRequest, pk: int) -> Notice:
    seen = Notice.objects.visible_to(request.user)
    people = ("issued_by", "declined_by", "received_by", "answered_by")
    return get_object_or_404(seen.select_related("task__plan", "agency", *people), pk=pk)


def _refused(request: HttpRequest, pk: int, verb: str, form: VersionedForm, error: DomainError) -> HttpResponse:
    """What was typed stays; the notice is shown as it is now."""
    current = _find(request, pk)
    if not isinstance(error, StaleVersionError):
        show_error(form, error)
        return _page(request, current, forms={verb: form}, error=error, status=error.status)
    data = form.data.copy()
    data["version"] = str(current.version)
    again = NOTICE_FORMS[verb](data, auto_id=f"{verb}_%s")
    return _page(request, current, forms={verb: again}, error=error, status=error.status)


def _page(
    request: HttpRequest,
    found: Notice,
    *,
    forms: dict[str, VersionedForm] | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    changes = [
        {"change": each, "form": (forms or {}).get(each.verb) or _form(each.verb, found)}
        for each in changes_for(request.user, found)
    ]
    context = {
        "notice": found,
        "changes": changes,
        "next": who_is_next(found),
        "days_over": days_over(found, on=clock.today()),
        "error": error,
    }
    return render(request, "supervision/notice.html", context, status=status)


def _form(verb: str, found: Notice) -> VersionedForm:
    """Several forms stand on one page, so each has ids of its own."""
    return NOTICE_FORMS[verb](initial=starting_values(found), auto_id=f"{verb}_%s")
