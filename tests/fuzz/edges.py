"""Requests on the edges of the document: each limit, each type and each missing part, one by one, and methods that are
none. No chance is in them."""

from collections.abc import Iterator
from typing import Any

from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

from tests.fuzz.requests import NOTHING_KNOWN
from tests.fuzz.site import Site


def edges(site: Site, label: str) -> Iterator[tuple[Any, str]]:
    """Each (case, caller); all of it but what the case tries is known to be right."""
    operation = site.operation(label)
    known = (site.known.get(label) or [NOTHING_KNOWN])[0]
    config = site.schema.config.generation_for(operation=operation)
    cases = site.schema.iter_coverage_cases(operation, generation_modes=list(GenerationMode), generation_config=config)
    for case in cases:
        tried = case.meta.phase.data.parameter_location
        if known.path and tried != ParameterLocation.PATH:
            case.path_parameters = dict(known.path)
        if known.version is not None and tried != ParameterLocation.HEADER:
            case.headers["If-Match"] = f'"{known.version}"'
        if known.body is not None and tried not in {ParameterLocation.BODY, None}:
            case.body, case.media_type = dict(known.body), known.media_type
        yield case, (known.may or ("supervisor",))[0]
