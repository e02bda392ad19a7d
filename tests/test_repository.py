"""Rules of the house that no linter knows. Each failure names the file and says what to do."""

import json
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from importlib import import_module
from inspect import isfunction, signature
from pathlib import Path
from typing import Any

import allauth
import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import DateTimeField, Model

from gxftz.celery import app as celery_app
from tests import house

pytestmark = pytest.mark.once

ROOT = settings.BASE_DIR
ROOMS = ("gxftz", "dashboard", "supervision", "progress", "tasks", "agencies", "zones", "ledger", "common")

# Moments without a person: the model's docstring or comment says whose they are.
WITHOUT_PERSON = {
    "agencies.Answer.created_at",  # a note of its user's request
    "agencies.ApiToken.last_used_at",  # the token itself is the actor
    "progress.WorkingCopy.typed_at",  # its owner's
    "supervision.Feedback.sent_at",  # its user's
    "agencies.User.joined_at",  # the ledger names the administrator
    "supervision.Delivery.created_at",
    "supervision.Delivery.dead_at",
    "supervision.Delivery.done_at",
    "supervision.Delivery.due_at",
    "supervision.Delivery.suppressed_at",
    "supervision.Digest.created_at",
    "supervision.Digest.dead_at",
    "supervision.Digest.done_at",
    "supervision.Digest.due_at",
    "supervision.Digest.suppressed_at",
    "supervision.Endpoint.changes_due_at",
    "supervision.Message.created_at",
    "supervision.Message.read_at",  # its owner's
    "supervision.Bulletin.drafted_at",  # the system drafts
    "supervision.Notice.drafted_at",
    "supervision.Notice.ended_at",  # its cause has gone
    "supervision.Push.dead_at",
    "supervision.Push.first_at",
    "supervision.Push.last_at",
    "supervision.Push.sent_at",
    "tasks.Task.last_approved_at",  # the report names its reviewer
    "tasks.Task.updated_at",  # the ledger names everyone
}
# Rendered by Django or by a package under a name that they choose.
TEMPLATES_BY_CONVENTION = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


@cache
def list_files() -> tuple[Path, ...]:
    """What stands in the repository, or would with the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def select(*suffixes: str, under: Iterable[str] = ()) -> list[Path]:
    """The repository's files with one of these endings, in these top folders or in all."""
    folders = set(under)
    return [
        path
        for path in list_files()
        if path.suffix in suffixes and (not folders or path.relative_to(ROOT).parts[0] in folders)
    ]


def find(pattern: str, paths: Iterable[Path], flags: re.RegexFlag = re.NOFLAG) -> list[str]:
    """`file:line: text` for each match."""
    return [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match[0][:80]}"
        for path in paths
        for text in [path.read_text(encoding="utf-8")]
        for match in re.finditer(pattern, text, flags)
    ]


# -- code ----------------------------------------------------------------------------------------------------------

# Each rule: where it holds, and where it need not hold, with the reason.
ALL = "*.py"
VIEWS = ("*/views.py", "*/views/*.py", "*/api.py", "*/api/*.py")
ACTIONS = ("*/actions.py", "*/actions/*.py")
FOREIGN_KEYS = {
    field.name
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if field.many_to_one and field.related_model._meta.ordering
}


@dataclass(frozen=True)
class CodeRule:
    """A rule, the modules it is for, and those where it need not hold."""

    rule: house.Rule
    holds_in: tuple[str, ...] = (ALL,)
    but_not_in: tuple[str, ...] = ()

    def modules(self) -> list[Path]:
        return [path for path in select(".py", under=ROOMS) if self._is_held(path)]

    def _is_held(self, path: Path) -> bool:
        name, free = str(path.relative_to(ROOT)), (*self.but_not_in, "*/migrations/*.py")
        return any(fnmatch(name, each) for each in self.holds_in) and not any(fnmatch(name, each) for each in free)


RULES = {
    "rows are changed by actions alone": CodeRule(
        house.writes,
        but_not_in=(
            *ACTIONS,
            "agencies/models/user.py",  # the manager that Django's own commands ask for
            "agencies/authentication.py",  # when a token was last used: a record of access
        ),
    ),
    "a view starts from visible_to": CodeRule(house.unscoped_queries, VIEWS),
    "a row is locked without its key": CodeRule(
        house.strong_locks,
        but_not_in=("ledger/actions.py",),  # nobody points at the ledger's head
    ),
    "rows are sorted by columns": CodeRule(house.orderings_by(FOREIGN_KEYS)),
    "a function is short": CodeRule(house.long_functions),
    "a view is short": CodeRule(house.long_views, VIEWS),
    "an import stands at the top": CodeRule(house.hidden_imports),
    "an error is named": CodeRule(house.broad_excepts),
    "an action is told who, when and what": CodeRule(house.careless_actions, ACTIONS),
    "a permission says its rule": CodeRule(house.undocumented_permissions, ("*/permissions.py",)),
    "the edge alone looks at the clock": CodeRule(
        house.untimely_clocks,
        but_not_in=(
            *VIEWS,
            "*/jobs.py",
            "*/management/*.py",
            "*/middleware.py",
            "*/authentication.py",
            "*/context_processors.py",
            "common/api/*.py",
            "common/clock.py",
            "gxftz/metrics.py",  # an edge of its own
            "common/fields.py",  # 12月底 is typed at the edge
        ),
    ),
}
# What other modules get from a room's actions and that is none itself.
NO_ACTIONS = {
    "agencies.actions.clear_answers": "clears away notes of requests, for nobody in particular",
    "agencies.actions.lock_agencies": "part of an action",
    "agencies.actions.make_initial_password": "draws a password, changes nothing",
    "supervision.actions.deliver_batch": "sends what stands in the outbox, for nobody in particular",
    "supervision.actions.deliver_due": "the same, batch after batch",
    "tasks.actions.lock_task": "part of an action",
    "tasks.actions.refresh_light": "part of an action",
}


@pytest.mark.parametrize("name", RULES)
def test_code_keeps_the_rule(name):
    rule = RULES[name]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in rule.modules()
        for line, what in house.check(rule.rule, path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("name", RULES)
def test_code_rule_is_held_somewhere_and_needs_its_exceptions(name):
    """A pattern that fits no file would hold for ever; an exception that is not needed would hide the next slip."""
    rule = RULES[name]
    assert rule.modules()
    named = [ROOT / each for each in rule.but_not_in if "*" not in each]
    assert [path for path in named if not house.check(rule.rule, path.read_text(encoding="utf-8"))] == []


def exported_actions() -> dict[str, Callable[..., Any]]:
    """What the rooms' `actions` packages let others call."""
    modules = [import_module(f"{room}.actions") for room in ROOMS if (ROOT / room / "actions" / "__init__.py").exists()]
    found = {f"{module.__name__}.{name}": getattr(module, name) for module in modules for name in module.__all__}
    return {name: value for name, value in found.items() if isfunction(value)}


def test_actions_are_keyword_only_and_say_who_and_what():
    faulty = [
        name
        for name, action in exported_actions().items()
        for parameters in [signature(action).parameters]
        if "by" not in parameters
        or not action.__doc__
        or any(p.kind is not p.KEYWORD_ONLY for p in parameters.values())
    ]
    assert sorted(faulty) == sorted(NO_ACTIONS)


# Beat alone sends messages. A web request or an action that did would hang with the broker.
PUBLISHING = r"\.(delay|apply_async|send_task|signature|si?)\("
EVERY_FIELD = r"""(fields|exclude)\s*=\s*['"]__all__['"]"""
# The layers are read from import statements; an import by name would go round them.
IMPORTING = r"\b(importlib|import_module|import_string|__import__)\b"
SIGNALLING = r"@receiver\b|\.connect\(|\bdispatch\.Signal\b"


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (PUBLISHING, ()),
        (EVERY_FIELD, ()),
        (IMPORTING, ("gxftz/settings.py",)),
        (SIGNALLING, ("gxftz/celery.py",)),  # how Celery is told to leave logging alone
    ],
)
def test_code_has_none_of(pattern, allowed):
    assert find(pattern, set(select(".py", under=ROOMS)) - {ROOT / name for name in allowed}) == []


@pytest.mark.parametrize("name", ["utils", "helpers", "services", "managers", "signals", "misc"])
def test_code_says_what_is_in_a_module(name):
    assert [str(path) for path in list_files() if name in {path.stem, path.parent.name}] == []


def test_files_are_short():
    limits = {".py": 400, ".js": 400, ".css": 400, ".html": 150}
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines, at most {limits[path.suffix]}"
        for path in select(*limits)
        if "migrations" not in path.parts
        for lines in [len(path.read_text(encoding="utf-8").splitlines())]
        if lines > limits[path.suffix]
    ]
    assert long == []


# -- models ------------------------------------------------------------------------------------------------------


def list_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in ROOMS]


def test_models_say_who_beside_when():
    lonely = {
        f"{model._meta.label}.{field.name}"
        for model in list_models()
        for field in model._meta.get_fields()
        if isinstance(field, DateTimeField) and field.name.endswith("_at")
        if field.name.removesuffix("_at") + "_by" not in {other.name for other in model._meta.get_fields()}
    }
    assert lonely == WITHOUT_PERSON


def test_models_have_a_docstring():
    assert [model._meta.label for model in list_models() if model.__doc__.startswith(f"{model.__name__}(")] == []


# -- jobs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_beat_entry_is_a_registered_job(name):
    celery_app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[name]["task"] in celery_app.tasks


@pytest.mark.parametrize("name", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_beat_entry_expires_before_the_next(name):
    entry = settings.CELERY_BEAT_SCHEDULE[name]
    assert 0 < entry["options"]["expires"] < entry["schedule"]


# -- templates ---------------------------------------------------------------------------------------------------


def list_templates() -> list[Path]:
    return [path for path in list_files() if path.is_relative_to(ROOT / "templates")]


def test_templates_are_all_used():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in [*select(".py", under=ROOMS), *list_templates()])
    theirs = Path(allauth.__file__).parent / "templates"
    unused = [
        name
        for name in (str(path.relative_to(ROOT / "templates")) for path in list_templates())
        if f'"{name}"' not in sources and name not in TEMPLATES_BY_CONVENTION and not (theirs / name).exists()
    ]
    assert unused == []


ELSEWHERE = r"""<(script|link|img|iframe|source|use)\b[^>]*\b(src|href|srcset)=["'](https?:)?//[^"']*"""
STYLE_FROM_ELSEWHERE = r"""(@import|url\(\s*["']?(https?:)?//)"""
# The Content Security Policy would block it, silently for whoever does not look at the console.
INLINE_SCRIPT = r"<script(?![^>]*\b(src=|type=\"application/json\"))[^>]*>|\son[a-z]+=[\"']|\bhx-on\b|javascript:"
INLINE_STYLE = r"<style\b|\sstyle=[\"']"


def test_templates_load_nothing_from_elsewhere():
    assert find(ELSEWHERE, list_templates()) == []


def test_styles_load_nothing_from_elsewhere():
    assert find(STYLE_FROM_ELSEWHERE, select(".css", under=["static"])) == []


def test_templates_have_no_inline_script():
    assert find(INLINE_SCRIPT, list_templates()) == []


def test_templates_have_no_inline_style():
    assert find(INLINE_STYLE, list_templates()) == []


# -- repository --------------------------------------------------------------------------------------------------


def test_repository_holds_nothing_that_setup_makes():
    made = re.compile(r"\.(mo|pyc|min\.js|min\.css|map|sqlite3)$|(^|/)(node_modules|dist|build|var|\.venv)/")
    assert [name for name in map(str, (path.relative_to(ROOT) for path in list_files())) if made.search(name)] == []


def test_lock_file_names_no_server():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_with_a_reason(name):
    lines = (ROOT / name).read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith(("#", "-"))]
    assert [line for line in packages if not re.fullmatch(r"[\w.-]+==[\w.]+ +# \S.+", line)] == []


def test_environment_is_documented():
    code = "".join(path.read_text() for path in [*select(".py", under=["gxftz", "deploy"])])
    read = set(re.findall(r"""read_(?:text|flag|number|choice|names|url)\(\s*["'](\w+)""", code))
    documented = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == documented
