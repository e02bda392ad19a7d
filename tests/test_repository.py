"""Rules of the house that no linter knows. Each failure names the file and says what to do."""

import json
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import allauth
import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import DateTimeField, Model

from gxftz.celery import app as celery_app

ROOT = settings.BASE_DIR
ROOMS = ("gxftz", "dashboard", "supervision", "progress", "tasks", "agencies", "zones", "ledger", "common")

# Moments without a person: the model's docstring or comment says whose they are.
WITHOUT_PERSON = {
    "agencies.ApiToken.last_used_at",  # the token itself is the actor
    "agencies.User.joined_at",  # the ledger names the administrator
    "supervision.Delivery.created_at",
    "supervision.Delivery.dead_at",
    "supervision.Delivery.done_at",
    "supervision.Delivery.due_at",
    "supervision.Delivery.suppressed_at",
    "supervision.Message.created_at",
    "supervision.Message.read_at",  # its owner's
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


# -- code --------------------------------------------------------------------------------------------------------


def test_code_never_publishes_to_the_broker():
    # Beat alone sends messages. A web request or an action that did would hang with the broker.
    assert find(r"\.(delay|apply_async|send_task|signature|si?)\(", select(".py", under=ROOMS)) == []


def test_code_names_the_fields_of_forms_and_serializers():
    assert find(r"""fields\s*=\s*['"]__all__['"]""", select(".py", under=ROOMS)) == []


def test_code_imports_in_the_open():
    # The layers are read from import statements; an import by name would go round them.
    allowed = {ROOT / "gxftz" / "settings.py"}
    found = find(r"\b(importlib|import_module|import_string|__import__)\b", set(select(".py", under=ROOMS)) - allowed)
    assert found == []


def test_code_has_no_signals_of_its_own():
    allowed = {ROOT / "gxftz" / "celery.py"}  # how Celery is told to leave logging alone
    assert find(r"@receiver\b|\.connect\(|\bdispatch\.Signal\b", set(select(".py", under=ROOMS)) - allowed) == []


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


def test_templates_load_nothing_from_elsewhere():
    pattern = r"""<(script|link|img|iframe|source|use)\b[^>]*\b(src|href|srcset)=["'](https?:)?//[^"']*"""
    assert find(pattern, list_templates()) == []


def test_styles_load_nothing_from_elsewhere():
    assert find(r"""(@import|url\(\s*["']?(https?:)?//)""", select(".css", under=["static"])) == []


def test_templates_have_no_inline_script():
    # The Content Security Policy would block it, silently for whoever does not look at the console.
    inline = r"<script(?![^>]*\b(src=|type=\"application/json\"))[^>]*>|\son[a-z]+=[\"']|\bhx-on\b|javascript:"
    assert find(inline, list_templates()) == []


def test_templates_have_no_inline_style():
    assert find(r"<style\b|\sstyle=[\"']", list_templates()) == []


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
