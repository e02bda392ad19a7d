from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from supervision.forms.policies import PolicyForm
from supervision.permissions import can_see_policies
from supervision.readers.policies import policy_preview, policy_sheet, policy_sheets, versions_of
from supervision.rulebook import POLICIES
from tasks.actions import save_policy
from tasks.permissions import can_set_policy


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """规则: by what lights, periods, extensions and reminders are judged now, for everybody who is judged by it."""
    require(can_see_policies(request.user))
    sheets = policy_sheets(request.user)
    return render(request, "supervision/settings.html", {"sheets": sheets, "can_set": can_set_policy(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of rules: what would change is shown before anything is saved."""
    if kind not in POLICIES:
        raise Http404
    require(can_set_policy(request.user))
    if request.method == "POST":
        return _decide(request, kind)
    sheet = policy_sheet(request.user, kind)
    return _page(request, kind, PolicyForm(kind=kind, initial={**sheet["values"], "number": sheet["number"]}))


def _decide(request: HttpRequest, kind: str) -> HttpResponse:
    form = PolicyForm(request.POST, kind=kind)
    if not form.is_valid():
        return _page(request, kind, form, status=InvalidError.status)
    if "save" not in request.POST:
        preview = policy_preview(request.user, kind, form.policy, on=clock.today())
        return _page(request, kind, form, preview=preview)
    try:
        return _save(request, kind, form)
    except StaleVersionError as error:
        show_error(form, error)
        data = form.data.copy()
        data["number"] = str(error.current.number if error.current else 0)
        return _page(request, kind, PolicyForm(data, kind=kind), stale=error, status=error.status)
    except DomainError as error:
        show_error(form, error)
        return _page(request, kind, form, status=error.status)


def _save(request: HttpRequest, kind: str, form: PolicyForm) -> HttpResponse:
    values = form.cleaned_data
    save_policy(
        kind=kind, policy=form.policy, reason=values["reason"], number=values["number"], by=request.user,
        now=clock.now(),
    )  # fmt: skip
    messages.success(request, _("新规则已生效，原来的规则保留在版本记录里。"))
    return redirect("supervision:settings")


def _page(request: HttpRequest, kind: str, form: PolicyForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "sheet": policy_sheet(request.user, kind),
        "versions": versions_of(request.user, kind),
        "form": form,
        "preview": None,
        "stale": None,
        **more,
    }
    return render(request, "supervision/policy.html", context, status=status)
