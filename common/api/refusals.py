"""Which refusals an operation can answer with, read from the code: whatever error the view, its action and what these
call name. An error that is only caught is listed too; one that is raised is never left out, which every test that calls
the API holds (`tests/api.py`)."""

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from common.api.errors import KNOWN, ParametersError, PreconditionRequiredError, TooManyRequestsError
from common.errors import DomainError

ROOMS = ("agencies", "common", "dashboard", "gxftz", "ledger", "progress", "supervision", "tasks", "zones")

# What every operation can answer with, whatever it is about.
ALWAYS = (
    (400, "malformed"),
    (400, ParametersError.code),
    (401, "authentication_failed"),
    (401, "not_authenticated"),
    (403, "address_not_allowed"),
    (403, "not_allowed"),
    (429, TooManyRequestsError.code),
)
OF_ONE = ((404, "not_found"),)
OF_CHANGES = ((400, "invalid"), (413, "too_large"), (415, "unsupported_media_type"))
OF_VERSIONS = ((412, "stale_version"), (428, PreconditionRequiredError.code))
# Answered from outside the views: not in any operation, and in the table of codes all the same.
ELSEWHERE = ((500, "defect"), *((status, code) for status, code, _detail in KNOWN.values()))

Refusal = tuple[int, str]


def refusals_of(view: Any, method: str) -> set[Refusal]:
    """(status, code) of every error that a request to this view can end with."""
    starts = ["initial", method] if method == "post" else [method]
    errors = _Walk(type(view)).walk([getattr(type(view), name) for name in starts])
    return {(error.status, code) for error in errors for code in (error.code, *error.other_codes)}


class _Walk:
    """From function to function by the names that their code uses."""

    def __init__(self, view: type):
        self.view = view

    def walk(self, starts: list[Callable[..., Any]]) -> set[type[DomainError]]:
        seen, waiting, errors = set(), list(starts), set()
        while waiting:
            each = waiting.pop()
            if isinstance(each, type) and issubclass(each, DomainError):
                errors.add(each)
            function = inspect.unwrap(each) if callable(each) and not isinstance(each, type) else each
            if function in seen:
                continue
            seen.add(function)
            waiting += list(self._named_in(function))
        return errors

    def _named_in(self, each: Any) -> Iterator[Any]:
        """The functions and classes of ours that a function, or each method of a class, names."""
        if isinstance(each, type):
            for member in vars(each).values():
                yield from self._named_in(getattr(member, "__func__", member)) if _is_plain(member) else ()
        elif isinstance(each, FunctionType):
            for name in _names(each.__code__):
                yield from _ours(each.__globals__.get(name))
                yield from _ours(inspect.getattr_static(self.view, name, None))
            yield from _of_modules(each)


def _is_plain(member: Any) -> bool:
    return isinstance(member, FunctionType | staticmethod | classmethod)


def _ours(found: Any) -> Iterator[Any]:
    """The thing itself, or what stands in a table of things, as far as it is code of this system."""
    found = getattr(found, "__func__", found)
    if isinstance(found, dict):
        found = tuple(found.values())
    for each in found if isinstance(found, list | tuple) else (found,):
        if isinstance(each, FunctionType | type) and str(each.__module__).partition(".")[0] in ROOMS:
            yield each


def _of_modules(function: FunctionType) -> Iterator[Any]:
    """`ledger.append` names a module and something in it."""
    names = _names(function.__code__)
    modules = [each for name in names if isinstance(each := function.__globals__.get(name), ModuleType)]
    for module in modules:
        for name in names:
            yield from _ours(getattr(module, name, None))


@cache
def _names(code: CodeType) -> frozenset[str]:
    """Every name in the code and in the functions inside it."""
    inner = [_names(each) for each in code.co_consts if isinstance(each, CodeType)]
    return frozenset(code.co_names).union(*inner)
