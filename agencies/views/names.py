from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.actions import rename_agency
from agencies.forms import RenameForm
from agencies.models import Agency
from agencies.permissions import can_rename
from agencies.readers import name_history
from common import clock
from common.errors import DomainError, require
from common.form_errors import show_error


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """A unit's new name, from a day on."""
    agency = get_object_or_404(Agency.objects.visible_to(request.user), code=code)
    require(can_rename(request.user))
    form = RenameForm(request.POST or None)
    context = {"agency": agency, "form": form, "names": name_history(code, on=clock.today())}
    if not form.is_valid():
        return render(request, "agencies/rename.html", context, status=400 if form.is_bound else 200)
    try:
        rename_agency(agency=agency, **form.cleaned_data, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return render(request, "agencies/rename.html", context, status=error.status)
    messages.success(request, _("已录入新名称，原名称保留；启用日期未到的，到那一天自动启用。"))
    return redirect("agencies:detail", code=code)
