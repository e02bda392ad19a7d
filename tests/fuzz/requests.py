"""Making requests: random by the document, with something known to be right lent to them, from any caller."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.fuzz.callers import CALLERS
from tests.fuzz.known import Known
from tests.fuzz.site import Site

OFTEN = st.sampled_from([True, True, True, False])
EVEN = st.booleans()
NOTHING_KNOWN = Known(may=())


def known_cases(site: Site, label: str) -> Iterator[tuple[Any, str]]:
    """The (case, caller) that are known to succeed, one for each line of the permission table."""
    operation = site.operation(label)
    for known in site.known.get(label, ()):
        case = operation.Case(path_parameters=dict(known.path), query=dict(known.query))
        if known.version is not None:
            case.headers["If-Match"] = f'"{known.version}"'
        if known.body is not None:
            case.body, case.media_type = known.body, known.media_type
        yield case, known.may[0]


def requests(site: Site, label: str) -> Any:
    """Strategy of (case, caller) for one operation."""
    operation = site.operation(label)
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @st.composite
    def made(draw: Any) -> tuple[Any, str]:
        case = draw(right if draw(OFTEN) else wrong)
        known = draw_known(draw, site, label)
        lend(draw, case, known)
        assert case.meta  # asked for now, it is judged anew: what was wrong may be right by what was lent
        return case, draw_caller(draw, known)

    return made()


def draw_known(draw: Any, site: Site, label: str) -> Known:
    return draw(st.sampled_from(site.known.get(label) or [NOTHING_KNOWN]))


def draw_caller(draw: Any, known: Known) -> str:
    """Often somebody who may, so that more than the first door is tried."""
    return draw(st.sampled_from(known.may if known.may and draw(OFTEN) else CALLERS))


def lend(draw: Any, case: Any, known: Known) -> None:
    """Parts of the case become those of a request that is known to succeed."""
    if known.path and draw(OFTEN):
        case.path_parameters = dict(known.path)
    if known.version is not None and draw(OFTEN):
        case.headers["If-Match"] = f'"{known.version}"'
    if known.query and draw(EVEN):
        case.query = {**case.query, **known.query}
    if draw(EVEN):
        lend_body(draw, case, known)


def lend_body(draw: Any, case: Any, known: Known) -> None:
    """The whole body, or a body with some fields of the case's own."""
    if known.body is None:
        return
    own = case.body if isinstance(case.body, dict) and known.media_type == "application/json" else {}
    kept = draw(st.sets(st.sampled_from(sorted(own)))) if own else set()
    case.body = {**known.body, **{name: own[name] for name in sorted(kept)}}
    case.media_type = case.media_type or known.media_type
