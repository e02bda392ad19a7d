from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from common import clock
from common.errors import InvalidError, require
from tasks.forms.what_if import WhatIfForm
from tasks.permissions import can_try_percent
from tasks.readers import what_if as try_percent
from tasks.views.found import find_task


@require_safe
@vary_on_headers("HX-Request")
def what_if(request: HttpRequest, number: int) -> HttpResponse:
    """试算: the light as it would be if a percent were approved today; nothing is stored."""
    task = find_task(request, number)
    require(can_try_percent(request.user, task))
    form = WhatIfForm(request.GET if "percent" in request.GET else None)
    is_wrong = form.is_bound and not form.is_valid()
    found = try_percent(task, form.cleaned_data["percent"], clock.today()) if form.is_valid() else None
    template = "tasks/_what_if.html" if request.htmx else "tasks/what_if.html"
    context = {"task": task, "form": form, "tried": found}
    return render(request, template, context, status=InvalidError.status if is_wrong else 200)
