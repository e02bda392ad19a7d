from collections.abc import Callable
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from common.clock import now
from ledger.actions import append
from ledger.models import Audience

REFUSALS = frozenset({403, 409})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


REPEATED_WITHIN = 60  # seconds


class RefusalMiddleware:
    """Keeps a trace of every change that was refused to a signed-in person: who tried what, and what was answered.

    The refused action has been rolled back by then, so this event stands in a transaction of its own. Who is asked to
    come back in a moment (Retry-After) was not refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_refused = response.status_code in REFUSALS and "Retry-After" not in response
        if request.method not in SAFE_METHODS and is_refused:
            record_refusal(request, response.status_code)
        return response


def record_refusal(request: HttpRequest, status: int) -> None:
    """One event of kind "attempt" for the auditor and the office; nothing for somebody unknown.

    The same attempt counts once a minute: a badly written client must not fill a ledger that can never be emptied.
    """
    user = request.user
    if user.is_authenticated and cache.add(_name(user.pk, request, status), "kept", timeout=REPEATED_WITHIN):
        state = {"method": request.method, "path": request.path, "status": status}
        append(
            kind="attempt",
            key=request.path[:120],
            verb="refused",
            by=user,
            at=now(),
            state=state,
            audience=Audience.RESTRICTED,
        )


def _name(user: int, request: HttpRequest, status: int) -> str:
    what = f"{user} {request.method} {status} {request.path}"
    return f"refused:{sha256(what.encode()).hexdigest()}"
