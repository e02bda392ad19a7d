"""What every answer must be beside what the document says of it, and which checks misunderstand which case."""

from typing import Any

from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.parameters import ParameterLocation

from tests.fuzz.callers import STRANGERS
from tests.fuzz.known import FILE


def unfit_for(case: Any) -> list[Any]:
    """Checks that misunderstand a case: a batch is answered with 200, and what is wrong in it item by item; and once
    lent, bytes of a file are taken for wrong.
    """
    load_all_checks()
    is_misunderstood = "/batch/" in case.path or case.body == {"file": FILE}
    return [CHECKS.get_one("negative_data_rejection")] if is_misunderstood else []


def is_open(case: Any) -> bool:
    """Whether the document lets everybody in."""
    return case.operation.definition.raw.get("security") == []


def check_answer(case: Any, response: Any, caller: str) -> None:
    """What holds for every answer and stands in no schema."""
    if caller in STRANGERS and not is_open(case):
        # 404: an address that is none.
        assert response.status_code in {401, 404}, (caller, response.status_code)
    if response.status_code >= 400:
        body = response.json()
        assert response.headers["content-type"] == ["application/problem+json"]
        assert [body["request_id"]] == response.headers["x-request-id"]
        assert body["status"] == response.status_code
    is_wrong = case.meta and case.meta.is_negative_at(ParameterLocation.BODY)
    if response.status_code == 200 and is_wrong and "/batch/" in case.path:
        assert any(each["status"] >= 400 for each in response.json()["results"]), response.json()
    if response.status_code == 400 and case.meta and case.meta.generation.mode.is_positive:
        # Well formed by the schema; then the answer says which value it stumbles over.
        assert response.json()["errors"], response.json()
