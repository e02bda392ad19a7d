"""The API against its own document: requests to every operation, from everybody."""

import pytest
from hypothesis import given, seed, settings

from tests.fuzz.amount import CASES, GENTLY, LITTLE, SEED, some
from tests.fuzz.edges import edges
from tests.fuzz.requests import known_cases, requests
from tests.fuzz.scenarios import make_machine
from tests.fuzz.site import labels

LABELS = labels()
EACH = CASES // len(LABELS) or LITTLE
STORIES = CASES // 400 or 2 * LITTLE


@pytest.mark.parametrize("label", LABELS)
def test_operation_keeps_what_the_document_says(site, label):
    """Asked as it is known to succeed, so that at least one success is held against the document; then at random."""
    for case, caller in known_cases(site, label):
        site.play(case, caller)
    assert any(status < 300 for _label, _caller, status in site.tally), f"nobody succeeded: {site.tally}"

    @seed(SEED)
    @settings(GENTLY, max_examples=EACH)
    @given(requests(site, label))
    def answers(request):
        site.play(*request)

    answers()


@pytest.mark.parametrize("label", LABELS)
def test_operation_keeps_what_the_document_says_on_its_edges(site, label):
    for case, caller in some(edges(site, label), label):
        site.play(case, caller)


def test_stories_keep_what_the_document_says(site):
    machine = seed(SEED)(make_machine(site))
    machine.run(settings=settings(GENTLY, max_examples=STORIES, stateful_step_count=20))
    assert site.followed, "no link was followed to a success"
