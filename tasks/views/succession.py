"""职责承接: a unit merges into another or is divided. Its page shows tasks too, so the view stands in this room."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.actions import DissolvedError, merge_agencies, split_agency
from agencies.forms import StaffForm, SuccessionForm
from agencies.models import Agency, Succession, User
from agencies.permissions import can_keep_units
from agencies.readers import staff_of
from common import clock
from common.errors import DomainError, require
from common.form_errors import show_error
from tasks.models import Task
from tasks.readers.assignments import link_rows


@require_http_methods(["GET", "HEAD", "POST"])
def succession(request: HttpRequest, code: str) -> HttpResponse:
    """What is to happen, then a preview of names, people and links by its address, then the deed."""
    agency = get_object_or_404(Agency.objects.visible_to(request.user), code=code)
    require(can_keep_units(request.user))
    if agency.dissolved_on:
        raise DissolvedError(_("%(name)s已撤销，不能再登记。") % {"name": agency.name})
    data = request.POST or (request.GET if "kind" in request.GET else None)
    form = SuccessionForm(data, agency=agency, by=request.user, on=clock.today())
    if not form.is_valid():
        return _page(request, agency, form, status=400 if form.is_bound else 200)
    return _understood(request, agency, form)


def _understood(request: HttpRequest, agency: Agency, form: SuccessionForm) -> HttpResponse:
    """The preview, until the people's choices come with it."""
    entered = dict(form.cleaned_data)
    staff = staff_of(User.objects.visible_to(request.user), agency.code)
    people = StaffForm(request.POST or None, staff=staff, successors=entered["successors"])
    if not people.is_valid():
        return _page(request, agency, form, (people, entered), status=400 if people.is_bound else 200)
    try:
        _record(agency, entered, people=people.chosen(), by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return _page(request, agency, form, (people, entered), status=error.status)
    messages.success(request, _("已登记。该单位名下的责任由办公室负责人在“责任移交”中逐条移交。"))
    return redirect("agencies:detail", code=agency.code)


def _record(agency: Agency, entered: dict[str, Any], **more: Any) -> list[Succession]:
    told = {"effective_on": entered["effective_on"], "basis": entered["basis"], **more}
    if entered["kind"] == Succession.Kind.MERGE:
        return merge_agencies(predecessors=[agency], successor=entered["successors"].get(), **told)
    return split_agency(
        predecessor=agency, successors=list(entered["successors"]), continues=entered["continues"], **told
    )


def _page(
    request: HttpRequest,
    agency: Agency,
    form: SuccessionForm,
    preview: tuple[StaffForm, dict[str, Any]] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The form alone, or with what it would do once it is understood: people, and what was entered."""
    context: dict[str, Any] = {"agency": agency, "form": form, "people": None}
    if preview is not None:
        people, entered = preview
        heirs, today = list(entered["successors"]), clock.today()
        tasks = Task.objects.visible_to(request.user).current()
        context |= {
            "people": people,
            "entered": entered,
            "rows": link_rows(tasks, agency.code, heirs, on=today),
            "again": SuccessionForm(form.data, agency=agency, by=request.user, on=today, auto_id=False),
        }
    return render(request, "agencies/succession.html", context, status=status)
