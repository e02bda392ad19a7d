"""The site that is asked, and what was reached."""

from collections import Counter, defaultdict

import pytest

from tests.fuzz.amount import CASES, SEED
from tests.fuzz.site import Site

NAME = "fuzz"


@pytest.fixture(scope="module")
def standing_site(scene):
    return Site(scene)


@pytest.fixture
def site(standing_site, world, record_property):
    """The site with nothing asked yet."""
    standing_site.tally.clear()
    standing_site.followed.clear()
    yield standing_site
    record_property(NAME, [[*key, count] for key, count in standing_site.tally.items()])


def pytest_report_header():
    return f"fuzz: GXFTZ_FUZZ_SEED={SEED} GXFTZ_FUZZ_CASES={CASES}"


def pytest_terminal_summary(terminalreporter):
    """After a long run: how often each operation was asked, how it answered, and who succeeded."""
    answers, successes = defaultdict(Counter), defaultdict(Counter)
    for reports in terminalreporter.stats.values():
        for label, caller, status, count in (each for report in reports for each in counts_of(report)):
            answers[label][status] += count
            if status < 300:
                successes[label][caller] += count
    if not CASES or not answers:
        return
    terminalreporter.section("what the fuzz has reached")
    for label, statuses in sorted(answers.items()):
        told = " ".join(f"{status}:{count}" for status, count in sorted(statuses.items()))
        by = " ".join(f"{caller}:{count}" for caller, count in sorted(successes[label].items())) or "NOBODY"
        terminalreporter.line(f"{label}  {told}\n    succeeded: {by}")
    terminalreporter.line(
        f"{sum(map(Counter.total, answers.values()))} requests, {len(answers)} operations, seed {SEED}"
    )


def counts_of(report):
    return [row for name, rows in getattr(report, "user_properties", ()) if name == NAME for row in rows]
