"""How many requests a caller may send in a minute, counted in the memory of each web process.

Counting in a database would cost every request a write, and an unchanged answer (304) more than it is worth; a count
kept on another server would make that server one that all reading depends on. So each process counts for itself: the
limit keeps a badly written client from taking a process for itself, and is no quota (ADR 29).
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.response import Response

WINDOW = 60  # seconds


@dataclass(frozen=True)
class Budget:
    """A caller's requests of this minute: how many may be sent, how many were, and when the next minute begins."""

    limit: int
    used: int
    reset: int

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.limit

    def mark(self, response: Response) -> None:
        """The fields of draft-ietf-httpapi-ratelimit-headers."""
        response.headers["RateLimit-Policy"] = f'"default";q={self.limit};w={WINDOW}'
        response.headers["RateLimit"] = f'"default";r={max(0, self.limit - self.used)};t={self.reset}'


def count_request(request: Request) -> Budget:
    """Count a request of somebody known: by token, else by person."""
    token, moment, counts = request.auth, int(time.time()), caches["local"]
    who = f"token {token.pk}" if token else f"user {request.user.pk}"
    name = f"requests of {who} in {moment // WINDOW}".replace(" ", "_")
    counts.add(name, 0, timeout=2 * WINDOW)
    limit = getattr(token, "per_minute", None) or settings.API_REQUESTS_PER_MINUTE
    return Budget(limit, counts.incr(name), WINDOW - moment % WINDOW)
