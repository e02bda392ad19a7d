"""The API as the fuzz sees it: its document, the application behind it in this process, and what every answer keeps."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace
from typing import Any

import schemathesis
from requests.cookies import cookiejar_from_dict

from common.api.schema import make_schema
from tests.fuzz.callers import make_credentials
from tests.fuzz.judging import check_answer, unfit_for
from tests.fuzz.known import known_requests
from tests.fuzz.server import Application, watched
from tests.permission_table.play import undone

PLAIN = {"Accept-Encoding": "identity"}
METHODS = ("get", "post", "put", "patch", "delete")
# A schema cannot say who may, what exists, what comes when, or which period a task reports for (400: see judging.py).
WELL_FORMED_BUT = ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "428"]
CONFIG = {
    # Who calls is ours to say (callers.py); random passwords would only ever be refused.
    "generation": {"with-security-parameters": False},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": WELL_FORMED_BUT},
        # Whoever names no version is asked for one (RFC 6585), after the questions who it is and what may be seen.
        "missing_required_header": {"expected-statuses": ["401", "403", "404", "428"]},
        "negative_data_rejection": {
            "expected-statuses": ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]
        },
    },
}


@cache
def document() -> dict[str, Any]:
    return make_schema()


def labels() -> list[str]:
    """Every operation: "GET /api/v1/tasks/"."""
    return [
        f"{method.upper()} {path}"
        for path, methods in document()["paths"].items()
        for method in methods
        if method in METHODS
    ]


@cache
def passwords_in_addresses() -> set[str]:
    schemes = document()["components"]["securitySchemes"].values()
    return {scheme["name"] for scheme in schemes if scheme.get("in") == "query"}


def operation_of(label: str) -> dict[str, Any]:
    method, path = label.split(" ")
    return document()["paths"][path][method.lower()]


def load_schema() -> Any:
    """The document with the application behind it."""
    schema = schemathesis.openapi.from_dict(document(), config=schemathesis.Config.from_dict(CONFIG))
    schema.app = Application()
    return schema


class Site:
    """The scene, its callers, and how often whom was answered with what."""

    def __init__(self, world: SimpleNamespace):
        self.world = world
        self.credentials = make_credentials(world)
        self.known = known_requests(world)
        self.tally: Counter[tuple[str, str, int]] = Counter()
        self.followed: Counter[str] = Counter()  # successes at the end of a link
        self.schema = load_schema()

    def operation(self, label: str) -> Any:
        return self.schema.find_operation_by_label(label)

    def play(self, case: Any, caller: str) -> None:
        """Sends a case, holds the answer against the document and takes back what it did."""
        with undone():
            self.check(case, self.send(case, caller), caller)

    def send(self, case: Any, caller: str) -> Any:
        headers, cookies = self.credentials[caller]
        if headers:  # not with a random password in the address beside their own
            case.query = {name: value for name, value in case.query.items() if name not in passwords_in_addresses()}
        with watched() as defects:
            response = case.call(headers={**PLAIN, **headers}, cookies=cookies)
        self.tally[case.operation.label, caller, response.status_code] += 1
        assert not defects, "\n".join(defects)
        return response

    def check(self, case: Any, response: Any, caller: str, *, unfit: Iterable[Any] = (), recorder: Any = None) -> None:
        """Holds an answer against the document; what succeeds is tried again by nobody, and by somebody made up."""
        headers, cookies = self.credentials[caller]
        with watched() as defects:
            given = {**headers, "Cookie": cookiejar_from_dict(cookies)}
            case.validate_response(
                response, headers=given, excluded_checks=[*unfit, *unfit_for(case)], recorder=recorder
            )
        assert not defects, "\n".join(defects)
        check_answer(case, response, caller)
