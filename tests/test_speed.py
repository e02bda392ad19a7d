"""What pages cost with the demonstration's data, and that years of history make none of them dearer.

`make bench` says the same in figures, with more rounds.
"""

import pytest

from bench.enlarge import enlarge
from bench.pages import PAGES, measure_all
from common.clock import now
from dashboard.demo import load_demo
from ledger.models import Event
from progress.models import Report

pytestmark = pytest.mark.once

TIMES, ROUNDS = 30, 8
# Milliseconds of the processor that 95 of 100 requests may take. The goal is 100, as `make bench` measures; in a test
# every template that is rendered is noted down too, which costs a page up to half as much again.
LIMIT = 150
GROWTH = 1.6  # a page's middle cost afterwards in those before; a list that grew with history would be at 5 and more


@pytest.mark.django_db
def test_pages_are_fast_and_stay_so_with_thirty_times_the_past(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    load_demo(now=now())
    before = measure_all(rounds=ROUNDS)
    few, reports = Event.objects.count(), Report.objects.count()  # the tokens that measure have their events too
    enlarge(TIMES)
    assert Event.objects.count() == TIMES * few
    assert Report.objects.count() > 20 * reports
    after = measure_all(rounds=ROUNDS)
    slow = [f"{each.path}: {each.p95:.0f} ms" for each in after if each.p95 > LIMIT]
    grown = [
        f"{old.path}: {old.middle:.1f} ms, then {new.middle:.1f} ms"
        for old, new in zip(before, after, strict=True)
        if new.middle > GROWTH * old.middle + 5
    ]
    assert len(after) == len(PAGES)
    assert (slow, grown) == ([], [])
    assert [(new.path, new.queries) for old, new in zip(before, after, strict=True) if new.queries > old.queries] == []
