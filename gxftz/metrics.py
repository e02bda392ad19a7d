"""Numbers for monitoring (Prometheus): how the duties stand, what waits, whether what should go out goes out.

Read from the database when asked, in a fixed number of queries over what is open or recent, however long the history.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from rest_framework.exceptions import AuthenticationFailed

from agencies.authentication import client_address, find_token
from agencies.roles import Scope
from common import clock
from common.api.errors import problem_response
from common.errors import NotAllowedError
from gxftz.health import has_database
from ledger.readers import last_sequence
from progress.models import Report
from progress.status import ReportStatus
from supervision.models import Delivery, Endpoint
from supervision.models.delivery import PENDING
from tasks.lights import Colour
from tasks.models import Task
from tasks.status import Status

STARTED = time.time()
RECENT = timedelta(days=7)
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")

Family = GaugeMetricFamily


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For this machine itself, and for a token with the scope `admin`; others are refused (401, 403)."""
    if not is_from_here(request):
        refusal = _refuse(request)
        if refusal:
            return refusal
    registry = CollectorRegistry()
    registry.register(Numbers(clock.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def is_from_here(request: HttpRequest) -> bool:
    """Whether a program on this machine asks directly: what came through a proxy only looks like it."""
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _refuse(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a caller from elsewhere; None for one with the right token."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        answer = problem_response(status=401, code="not_authenticated", detail=_("请在 Authorization 中提供令牌。"))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    try:
        token = find_token(text.strip(), address=client_address(request), moment=clock.now())
    except AuthenticationFailed as error:
        return problem_response(status=401, code="authentication_failed", detail=error.detail)
    except NotAllowedError as error:
        return problem_response(status=error.status, code=error.code, detail=error)
    if Scope.ADMIN.value not in token.scopes:
        return problem_response(status=403, code="not_allowed", detail=_("令牌没有这项权限，需要：admin。"))
    return None


class Numbers(Collector):
    """Every number as of one moment; asks the database when collected, not when registered."""

    def __init__(self, now: datetime):
        self.now = now

    def describe(self) -> list[Family]:
        return []

    def collect(self) -> Iterator[Family]:
        is_up = has_database()
        yield _gauge("gxftz_database_up", "1 if the database answers.", int(is_up))
        yield _gauge("gxftz_process_start_time_seconds", "When this web process was started.", STARTED)
        info = Family("gxftz_info", "The release and the database.", labels=["version", "database"])
        info.add_metric([str(settings.SPECTACULAR_SETTINGS["VERSION"]), connection.vendor], 1)
        yield info
        if is_up:
            yield from self._of_tasks()
            yield from self._of_work()
            yield from self._of_pushes()

    def _of_tasks(self) -> Iterator[Family]:
        """Two queries over the tasks of the plan in force."""
        on = self.now.date()
        tasks = Task.objects.current()
        lit: Any = tasks.with_colour(on).order_by()
        found = lit.values_list("status", "colour").annotate(count=Count("pk"))
        by_status, by_light = Counter[str](), Counter[str]()
        for status, colour, count in found:
            by_status[status] += count
            by_light[colour] += count
        yield _family("gxftz_tasks_by_light", "Tasks of the plan in force.", "light", list(Colour), by_light)
        yield _family("gxftz_tasks_by_status", "Tasks of the plan in force.", "status", Status.values, by_status)
        yield _gauge("gxftz_tasks_overdue", "Tasks that are overdue.", tasks.overdue(on=on).count())

    def _of_work(self) -> Iterator[Family]:
        """Three queries over what is open or recent."""
        waiting = Report.objects.filter(status=ReportStatus.SUBMITTED).count()
        pending = Delivery.objects.filter(PENDING).aggregate(
            all=Count("pk"), due=Count("pk", filter=Q(due_at__lte=self.now))
        )
        dead = Delivery.objects.filter(created_at__gte=self.now - RECENT, dead_at__isnull=False).count()
        yield _gauge("gxftz_reports_awaiting_review", "Reports that wait for the office's review.", waiting)
        yield _gauge("gxftz_deliveries_pending", "Reminders not yet delivered.", pending["all"])
        yield _gauge("gxftz_deliveries_due", "Those of them whose time has come.", pending["due"])
        yield _gauge("gxftz_deliveries_dead", "Reminders of the last 7 days that were given up.", dead)

    def _of_pushes(self) -> Iterator[Family]:
        """Two queries over the head of the ledger and the endpoints."""
        newest = last_sequence()
        furthest = Endpoint.objects.serving().filter(pushes_changes=True).aggregate(least=Min("sent_through"))["least"]
        lag = 0 if furthest is None else max(0, newest - furthest)
        yield _gauge("gxftz_ledger_sequence", "Number of the newest event of the ledger.", newest)
        yield _gauge("gxftz_webhook_lag", "Events that the slowest endpoint has not been told yet.", lag)


def _gauge(name: str, text: str, value: float) -> Family:
    return Family(name, text, value=value)


def _family(name: str, text: str, label: str, values: list[str], counts: Counter[str]) -> Family:
    """A number for each value, also where there is none."""
    family = Family(name, text, labels=[label])
    for value in values:
        family.add_metric([str(value)], counts[value])
    return family
