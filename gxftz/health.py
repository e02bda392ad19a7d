"""Two questions a load balancer or a supervisor asks: does the process answer, and may it get work."""

import os
import shutil
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# Room for the database to finish what it is writing, and for one upload.
LEAST_FREE_BYTES = 200 * 1024 * 1024


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that a slow database never gets it killed."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and disk, each ok or failed; 503 as soon as one has failed."""
    checks = {name: "ok" if check() else "failed" for name, check in CHECKS.items()}
    is_ready = "failed" not in checks.values()
    return JsonResponse({"status": "ok" if is_ready else "failed", "checks": checks}, status=200 if is_ready else 503)


def has_database() -> bool:
    """The database answers a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def has_migrations() -> bool:
    """Every migration of this code has been applied."""
    try:
        return last_migrations() <= MigrationRecorder(connection).applied_migrations().keys()
    except DatabaseError:
        return False


def has_disk() -> bool:
    """The data folder can be written to and has room left."""
    return os.access(settings.DATA_DIR, os.W_OK) and shutil.disk_usage(settings.DATA_DIR).free >= LEAST_FREE_BYTES


@cache
def last_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, from the files; they do not change while the process runs."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": has_database,
    "migrations": has_migrations,
    "disk": has_disk,
}
