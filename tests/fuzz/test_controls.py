"""The negative control: a promise that is broken is seen, and so is a door that stands open."""

import copy

import pytest
from schemathesis.core.failures import FailureGroup

from tests.fuzz.requests import known_cases
from tests.permission_table.rows import ANONYMOUS

LABEL = "GET /api/v1/zones/"


@pytest.fixture
def answered(site):
    case, caller = next(known_cases(site, LABEL))
    return case, site.send(case, caller), caller


def changed(response, **changes):
    other = copy.copy(response)
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def test_an_answer_as_it_should_be_passes(site, answered):
    site.check(*answered)


@pytest.mark.parametrize(
    "changes",
    [
        {"status_code": 500},
        {"status_code": 418},
        {"content": b'[{"code": 1}]'},
        {"content": b"<html>"},
        {"headers": {"content-type": ["text/html"]}},
    ],
    ids=str,
)
def test_an_answer_that_breaks_its_promise_is_seen(site, answered, changes):
    case, response, caller = answered
    with pytest.raises((FailureGroup, AssertionError)):
        site.check(case, changed(response, **changes), caller)


def test_a_success_of_nobody_is_seen(site, answered):
    case, response, _caller = answered
    with pytest.raises((FailureGroup, AssertionError)):
        site.check(case, response, ANONYMOUS)


def test_an_address_that_asks_for_no_log_in_is_seen(site, answered):
    """Here the application takes everybody for one who may."""
    case, response, caller = answered
    _headers, cookies = site.credentials[caller]
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    honest = case.operation.app

    def lets_everybody_in(environ, start_response):
        return honest({**environ, "HTTP_COOKIE": cookie}, start_response)

    case.operation.app = lets_everybody_in
    try:
        with pytest.raises(FailureGroup, match="authentication"):
            site.check(case, response, caller)
    finally:
        case.operation.app = honest


def test_a_defect_behind_an_answer_is_told(site, monkeypatch):
    monkeypatch.setattr("tasks.api.plan.zone_rows", lambda _zones: 1 / 0)
    case, caller = next(known_cases(site, LABEL))
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        site.send(case, caller)
