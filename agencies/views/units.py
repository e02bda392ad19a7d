from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.actions import create_agency
from agencies.forms import NewUnitForm
from agencies.permissions import can_keep_units
from common import clock
from common.errors import DomainError, require
from common.form_errors import show_error


@require_http_methods(["GET", "HEAD", "POST"])
def unit_new(request: HttpRequest) -> HttpResponse:
    """新增单位: one that a reform has set up, so that it can take over duties."""
    require(can_keep_units(request.user))
    form = NewUnitForm(request.POST or None, by=request.user)
    if not form.is_valid():
        return render(request, "agencies/new.html", {"form": form}, status=400 if form.is_bound else 200)
    try:
        agency = create_agency(**form.cleaned_data, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return render(request, "agencies/new.html", {"form": form}, status=error.status)
    messages.success(request, _("已新增%(name)s。") % {"name": agency.name})
    return redirect("agencies:detail", code=agency.code)
