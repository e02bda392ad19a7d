"""通报: the list, one bulletin, and its issue."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from supervision.actions import issue_bulletin
from supervision.forms.notices import BulletinForm
from supervision.models import Bulletin
from supervision.permissions import can_issue_bulletin, can_see_bulletins
from supervision.readers.bulletins import item_rows, items_now

PAGE_SIZE = 30


@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """通报, the latest first; a draft is shown to the office alone."""
    require(can_see_bulletins(request.user))
    found = Bulletin.objects.visible_to(request.user).order_by("-on")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "supervision/bulletins.html", {"page": page})


@require_safe
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """One bulletin: as it was issued, or as it would be issued now."""
    return _page(request, _find(request, pk))


@require_POST
def bulletin_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """印发."""
    found = _find(request, pk)
    require(can_issue_bulletin(request.user))
    form = BulletinForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=InvalidError.status)
    try:
        issue_bulletin(bulletin=found, by=request.user, now=clock.now(), **form.cleaned_data)
    except StaleVersionError as error:
        current = _find(request, pk)
        again = BulletinForm({**form.data.dict(), "version": str(current.version)})
        return _page(request, current, form=again, error=error, status=error.status)
    except DomainError as error:
        show_error(form, error)
        return _page(request, _find(request, pk), form=form, error=error, status=error.status)
    messages.success(request, _("通报已印发，将在工作时间送达各成员单位。"))
    return redirect("supervision:bulletin", pk)


def _find(request: HttpRequest, pk: int) -> Bulletin:
    return get_object_or_404(Bulletin.objects.visible_to(request.user).select_related("issued_by"), pk=pk)


def _page(
    request: HttpRequest,
    found: Bulletin,
    *,
    form: BulletinForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    may_issue = can_issue_bulletin(request.user) and not found.issued_at
    context: dict[str, Any] = {
        "bulletin": found,
        "items": item_rows(items_now(found)),
        "form": (form or BulletinForm(initial=BulletinForm.starting_values(found))) if may_issue else None,
        "error": error,
    }
    return render(request, "supervision/bulletin.html", context, status=status)
