"""How much is tried, and from which seed.

GXFTZ_FUZZ_CASES: random requests in all, and then everything that is not random too; without it, a little of each.
GXFTZ_FUZZ_SEED: what chance begins with. The same seed asks the same of the same API.
"""

import os
from collections.abc import Iterable
from random import Random
from typing import TypeVar

from django.conf import settings as site_settings
from hypothesis import HealthCheck, Phase, settings

T = TypeVar("T")

SEED = int(os.environ.get("GXFTZ_FUZZ_SEED") or 20261118)
CASES = int(os.environ.get("GXFTZ_FUZZ_CASES") or 0)
LITTLE = 4 if site_settings.IS_SQLITE else 12
GENTLY = settings(
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def some(items: Iterable[T], label: str) -> list[T]:
    """All of them on a long run, else a few that stay the same as long as the seed does."""
    found = list(items)
    if CASES or len(found) <= LITTLE:
        return found
    return Random(f"{SEED} {label}").sample(found, LITTLE)
