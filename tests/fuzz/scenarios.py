"""Random stories: what one answer gives is the next request's, along the links of the document, by changing people."""

from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from tests.fuzz.requests import OFTEN, draw_caller, draw_known, lend, lend_body
from tests.fuzz.site import Site, load_schema


def make_machine(site: Site) -> Any:
    """The state machine of all operations. Each story begins at the scene as it stands, and is taken back."""
    schema = load_schema()
    callers: dict[str, str] = {}
    complete = _completion(site, schema.operations_with_incoming_links(), callers)

    @schema.hook
    def flatmap_case(context: Any, case: Any) -> Any:
        return complete(case)

    class Story(schema.as_state_machine()):
        def setup(self) -> None:
            self.scene = transaction.atomic()
            self.scene.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.scene.__exit__(None, None, None)
            callers.clear()

        def call(self, case: Any, **_options: Any) -> Any:
            return site.send(case, callers[case.id])

        def validate_response(self, response: Any, case: Any, **_options: Any) -> None:
            caller, parent = callers[case.id], self.recorder.find_parent(case_id=case.id)
            if parent and response.status_code < 300:
                site.followed[case.operation.label] += 1
            is_same = parent is not None and callers[parent.id] == caller
            site.check(case, response, caller, recorder=self.recorder, unfit=() if is_same else _of_one_caller())

    return Story


def _completion(site: Site, linked: set[str], callers: dict[str, str]) -> Any:
    """Gives a case what is known to be right, where no link has its say, and a caller."""

    @st.composite
    def complete(draw: Any, case: Any) -> Any:
        known = draw_known(draw, site, case.operation.label)
        if case.operation.label not in linked:
            lend(draw, case, known)
        elif draw(OFTEN):
            lend_body(draw, case, known)
        assert case.meta  # see requests.py
        callers[case.id] = draw_caller(draw, known)
        return case

    return complete


def _of_one_caller() -> list[Any]:
    """What somebody has made another may not see: only its maker must find it again."""
    load_all_checks()
    return [CHECKS.get_one("ensure_resource_availability")]
