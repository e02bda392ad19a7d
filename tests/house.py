"""Rules of the house that are read from the code's syntax, for tests/test_repository.py.

Each takes a module's tree and yields (line, what is wrong there). It judges by shape alone, so it can be got round; it
is there to catch slips, and tests/test_house_rules.py shows that it does.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Any

Finding = tuple[int, str]
Rule = Callable[[ast.Module], Iterator[Finding]]
Function = ast.FunctionDef | ast.AsyncFunctionDef

LONGEST_VIEW = 20
LONGEST_FUNCTION = 40

ALWAYS_WRITING = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "create_user"}
DOORS = {"visible_to", "none", "as_calendar"}  # the calendar is one value for everybody


def calls(tree: ast.AST, *names: str) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    """Every call of a method with one of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node, node.func


def functions(tree: ast.AST) -> Iterator[Function]:
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def keywords(call: ast.Call) -> dict[str | None, ast.expr]:
    return {each.arg: each.value for each in call.keywords}


def is_query(node: ast.expr) -> bool:
    """Whether this looks like rows: what stands before the method is a manager, a call on one, or a variable."""
    if isinstance(node, ast.Attribute):
        return node.attr in {"objects", "_default_manager"} or (
            node.attr.islower() and not isinstance(node.value, ast.Name)
        )
    return isinstance(node, ast.Call) or (isinstance(node, ast.Name) and node.id.islower())


def writes(tree: ast.Module) -> Iterator[Finding]:
    """A change of the database: what is stored is changed by actions alone."""
    for call, method in calls(tree, *ALWAYS_WRITING):
        yield call.lineno, f".{method.attr}("
    for call, method in calls(tree, "create", "update"):
        if not call.args and call.keywords and is_query(method.value):
            yield call.lineno, f".{method.attr}("
    for call, _method in calls(tree, "delete"):
        if not call.args and "save" not in keywords(call):  # with `save` it is a file
            yield call.lineno, ".delete("


def unscoped_queries(tree: ast.Module) -> Iterator[Finding]:
    """Rows that a view takes from a manager otherwise than through `visible_to`."""
    doors = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in DOORS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"} and id(node) not in doors:
            yield node.lineno, ast.unparse(node)


def strong_locks(tree: ast.Module) -> Iterator[Finding]:
    """A row lock that keeps even those out who only point at the row."""
    for call, _method in calls(tree, "select_for_update"):
        no_key = keywords(call).get("no_key")
        if not (isinstance(no_key, ast.Constant) and no_key.value is True):
            yield call.lineno, "select_for_update without no_key=True"


def orderings_by(foreign_keys: set[str]) -> Rule:
    """order_by("period") sorts by whatever Period sorts by, and joins it in: say `period_id` or `period__starts_on`."""

    def rule(tree: ast.Module) -> Iterator[Finding]:
        for call, _method in calls(tree, "order_by"):
            for each in call.args:
                if isinstance(each, ast.Constant) and str(each.value).removeprefix("-") in foreign_keys:
                    yield call.lineno, f"order_by({each.value!r})"

    return rule


def length(function: Function) -> int:
    """Lines of a function; its docstring is no code."""
    first = function.body[0]
    is_told = ast.get_docstring(function) is not None
    return function.end_lineno - function.lineno + 1 - (first.end_lineno - first.lineno + 1 if is_told else 0)


def long_functions(tree: ast.Module) -> Iterator[Finding]:
    for function in functions(tree):
        if length(function) > LONGEST_FUNCTION:
            yield function.lineno, f"{function.name}: {length(function)} lines, at most {LONGEST_FUNCTION}"


def long_views(tree: ast.Module) -> Iterator[Finding]:
    """A view is what an address can point at: get scoped, permission, form, one action, redirect."""
    for function in functions(tree):
        is_view = not function.name.startswith("_") and bool({"request", "self"} & {a.arg for a in function.args.args})
        if is_view and length(function) > LONGEST_VIEW:
            yield function.lineno, f"{function.name}: {length(function)} lines, at most {LONGEST_VIEW}"


def hidden_imports(tree: ast.Module) -> Iterator[Finding]:
    for function in functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno, f"an import inside {function.name}"


def broad_excepts(tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) == "Exception"):
            yield node.lineno, "except Exception"


def careless_actions(tree: ast.Module) -> Iterator[Finding]:
    """An action is keyword-only, told who acts and when, all or nothing, and says what becomes true."""
    for function in tree.body:
        if isinstance(function, Function) and any(map(is_atomic, function.decorator_list)) and is_public(function):
            yield from ((function.lineno, f"{function.name}: {fault}") for fault in faults_of_action(function))


def is_public(function: Function) -> bool:
    return not function.name.startswith("_")


def is_atomic(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).startswith("transaction.atomic")


def faults_of_action(function: Function) -> Iterator[str]:
    arguments = function.args
    names = {each.arg for each in arguments.kwonlyargs}
    if arguments.args or arguments.posonlyargs:
        yield "takes arguments by position"
    if "by" not in names:
        yield "does not say who acts (by)"
    if not {"now", "at"} & names:
        yield "does not take the moment (now)"
    if not ast.get_docstring(function):
        yield "does not say what becomes true"


def undocumented_permissions(tree: ast.Module) -> Iterator[Finding]:
    """The docstring of a permission is the rule."""
    for function in functions(tree):
        if is_public(function) and not ast.get_docstring(function):
            yield function.lineno, f"{function.name}: the rule is not said"


def untimely_clocks(tree: ast.Module) -> Iterator[Finding]:
    """What time it is is asked once, at the edge; everything below is told."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS:
            yield node.lineno, ast.unparse(node)


CLOCKS = {
    "clock.now", "clock.today", "timezone.now", "timezone.localdate", "datetime.now", "datetime.today",
    "datetime.utcnow", "date.today", "datetime.date.today", "datetime.datetime.now", "time.time", "Now",
}  # fmt: skip


def parse(text: str) -> ast.Module:
    return ast.parse(text)


def check(rule: Rule, text: str) -> list[Any]:
    """What a rule finds in a module's text."""
    return sorted(rule(parse(text)))
