"""报送情况: how complete and how timely the reports of a period are, by unit, pillar or zone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import require
from progress.models import Period
from progress.readers import expected_reports, period_rows, reports_of, standing_row, standing_rows
from progress.readers.summary import period_of
from progress.readers.timeliness import DIMENSIONS
from tasks.models import Task
from tasks.periods import Cycle

LABELS = {"agency": _("牵头单位"), "pillar": _("板块"), "zone": _("片区")}


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """Expected, received, timely and late reports of a period; with `only`, the reports of that line one by one."""
    require(request.user.reads_tasks)
    today = clock.today()
    periods = list(Period.objects.visible_to(request.user).begun(on=today).newest_first())
    by, period = _dimension(request), _period(request, periods)
    tasks = Task.objects.visible_to(request.user).current()
    reports = expected_reports(tasks, period=period, on=today) if period else []
    context = {
        "by": by,
        "dimensions": [{"code": code, "label": LABELS[code]} for code in DIMENSIONS],
        "by_label": LABELS[by],
        "periods": period_rows(periods, on=today),
        "period": period,
        "is_running": period is not None and not period.is_late(on=today),
        "rows": standing_rows(reports, by=by),
        "total": standing_row(("", ""), reports),
        **_drill(request, reports, by),
    }
    return render(request, "progress/standing.html", context)


def _drill(request: HttpRequest, reports: list[dict[str, Any]], by: str) -> dict[str, Any]:
    only = request.GET.get("only", "")
    found = reports_of(reports, by=by, key=only) if only else []
    label = next((row["label"] for row in standing_rows(found, by=by) if row["key"] == only), "")
    return {"only": only, "only_label": label, "reports": found}


def _dimension(request: HttpRequest) -> str:
    by = request.GET.get("by") or DIMENSIONS[0]
    if by not in DIMENSIONS:
        raise Http404
    return by


def _period(request: HttpRequest, periods: list[Period]) -> Period | None:
    """The period that the address names, else the one that the overview speaks of; None while there is none."""
    code = request.GET.get("period")
    if not code:
        quarters = [each for each in periods if each.cycle == Cycle.QUARTER]
        return period_of(quarters, on=clock.today())
    found = next((each for each in periods if each.code == code), None)
    if found is None:
        raise Http404
    return found
