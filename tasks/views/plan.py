from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agencies.models import Agency
from common.errors import require
from tasks.models import Pillar, Plan, Safeguard, Task
from tasks.readers import pillar_rows, plan_row, safeguard_rows, zone_rows
from zones.models import Zone


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """方案: the official document as data, with what is found, inferred or our own said at each."""
    user = request.user
    require(user.reads_tasks)
    found = get_object_or_404(Plan.objects.visible_to(user).current())
    tasks = (
        Task.objects.visible_to(user)
        .current()
        .order_by("number")
        .values("number", "title", "title_en", "pillar__number")
    )
    context = {
        "plan": found,
        "facts": plan_row(found),
        "pillars": pillar_rows(Pillar.objects.visible_to(user).current()),
        "tasks": list(tasks),
        "zones": zone_rows(Zone.objects.visible_to(user)),
        "bodies": {each.code: each.full_label for each in Agency.objects.visible_to(user).filter(zone__isnull=False)},
        "safeguards": safeguard_rows(Safeguard.objects.visible_to(user).current()),
    }
    return render(request, "tasks/plan.html", context)
