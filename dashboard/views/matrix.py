from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from agencies.models import Agency
from agencies.roles import Can
from common import clock
from common.errors import require
from dashboard.forms.matrix import MatrixForm
from dashboard.readers.matrix import by_unit, matrix
from tasks.models import Task
from tasks.readers import part_names


@require_safe
@vary_on_headers("HX-Request")
def responsibility_matrix(request: HttpRequest) -> HttpResponse:
    """矩阵: every task against every unit of the plan, as the address narrows it."""
    require(request.user.has(Can.READ_TASKS))
    form = MatrixForm(request.GET, names=part_names())
    template = "dashboard/_matrix.html" if request.htmx else "dashboard/matrix.html"
    if not form.is_valid():
        return render(request, template, {"form": form, "matrix": None}, status=400)
    tasks = Task.objects.visible_to(request.user).current()
    found = matrix(tasks, Agency.objects.visible_to(request.user), form.narrow(), on=clock.today())
    return render(request, template, {"form": form, "matrix": found, "by_unit": by_unit(found)})
