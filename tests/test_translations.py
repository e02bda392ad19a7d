"""Every text of the interface has its English; an English page shows no Chinese but people's words and the plan's.

The texts are gathered in Python alone, so that these tests need no GNU gettext; `make messages` is what repairs them.
"""

import ast
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import allauth
import django
import pytest
import rest_framework
import time_machine
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation.template import templatize

from progress.actions import add_evidence, approve_report, draft_report, return_report, submit_report
from progress.models import Period
from supervision.actions import deliver_due, sweep
from tasks.actions import MilestoneInput, set_milestones
from tests.factories import NOW, HolidayFactory, TaskFactory, report_content

pytestmark = pytest.mark.once

ROOT = settings.BASE_DIR
ROOMS = ("gxftz", "dashboard", "supervision", "progress", "tasks", "agencies", "zones", "ledger", "common")
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
IN_TEMPLATES = re.compile(r"""\b(n?p?gettext|_)\(((?:\s*u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"),?)+)""")
TRANSLATED = re.compile(
    r"\{#.*?#\}|\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}|\{%.*?%\}|\{\{.*?\}\}"
    r"""|<(\w+)\b[^>]*\blang="zh-CN"[^>]*>.*?</\1>""",
    re.DOTALL,
)
# Chinese in code that is no text of the interface.
NOT_INTERFACE = (
    re.compile(r"^dashboard/demo/"),  # what made-up people wrote
    re.compile(r"/management/"),  # the help of commands, for whoever runs the server
    re.compile(r"/migrations/"),
    re.compile(r"^common/(differences|pinyin)\.py$"),  # where a Chinese sentence ends, which characters are Chinese
    re.compile(r"^dashboard/readers/(coverage|search_marks)\.py$"),  # how a measure is named in reports, the same
    re.compile(r"^common/fields\.py$"),  # how people may write a date
    re.compile(r"^common/api/streams\.py$"),  # full-width signs that a spreadsheet takes for a formula
    re.compile(r"^common/templatetags/language\.py$"),  # which characters are Chinese
    re.compile(r"^gxftz/settings\.py$"),  # each language in its own name; the title of openapi.json
    re.compile(r"^progress/contradictions\.py$"),  # which Chinese words stand around a number
    re.compile(r"^supervision/webhooks\.py$"),  # messages to chat groups are Chinese, like the mails
    re.compile(r"^ledger/actors\.py$"),  # the system's name in the ledger, kept as it was written
    re.compile(r"^tasks/actions/loading/"),  # words of the fixtures
)
Key = tuple[str | None, str]


def read_catalog(language: str) -> Catalog:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def list_messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def id_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def texts_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def show(message: Message) -> str:
    return f"{id_of(message)} → {' | '.join(texts_of(message))}"


# -- what stands in code and templates -----------------------------------------------------------------------------


def list_code() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def list_templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def texts_in_code() -> Iterator[Key]:
    for path in list_code():
        with path.open("rb") as file:
            for _line, found, _comments, context in extract("python", file, keywords=KEYWORDS):
                yield context, found if isinstance(found, str) else found[0]


def texts_in_templates() -> Iterator[Key]:
    for path in list_templates():
        for match in IN_TEMPLATES.finditer(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
            words = ast.literal_eval(f"({match[2].rstrip(',')},)")
            yield (words[0], words[1]) if "p" in match[1] else (None, words[0])


@cache
def used() -> frozenset[Key]:
    return frozenset({*texts_in_code(), *texts_in_templates()})


def literals(tree: ast.AST) -> Iterator[ast.Constant]:
    """Strings outside docstrings and outside gettext."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS:
            skipped.update(part for argument in node.args for part in ast.walk(argument))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node


def test_code_has_no_chinese_outside_gettext():
    found = [
        f"{name}:{each.lineno}: {each.value[:60]}"
        for path in list_code()
        for name in [str(path.relative_to(ROOT))]
        if not any(pattern.search(name) for pattern in NOT_INTERFACE)
        for each in literals(ast.parse(path.read_text(encoding="utf-8")))
        if CHINESE.search(each.value) and each.value not in {"（", "）"}  # around a unit's former name, in Chinese only
    ]
    assert found == []


def test_templates_have_no_chinese_outside_gettext():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in list_templates()
        if "mail" not in path.parts  # mails are Chinese, whoever receives them
        for line in TRANSLATED.sub("", path.read_text(encoding="utf-8")).splitlines()
        if CHINESE.search(line)
    ]
    assert found == []


def test_scripts_have_no_texts():
    # What a script shows comes from data-attributes of the page, translated there.
    scripts = sorted((ROOT / "static" / "js").glob("*.js"))
    assert [path.name for path in scripts if CHINESE.search(path.read_text(encoding="utf-8"))] == []


def test_code_calls_gettext_by_a_name_that_is_gathered():
    aliases = re.compile(r"import \w*gettext\w* as (?!_$)\w+", re.MULTILINE)
    found = [str(path.relative_to(ROOT)) for path in list_code() if aliases.search(path.read_text(encoding="utf-8"))]
    assert found == []


# -- the English catalog -------------------------------------------------------------------------------------------


def test_english_has_every_text():
    known = {(message.context, id_of(message)) for message in list_messages(read_catalog("en"))}
    assert sorted(text for _context, text in used() - known) == [], "run `make messages`"
    assert sorted(text for _context, text in known - used()) == [], "nobody uses these: run `make messages`"


def test_english_is_complete():
    catalog = read_catalog("en")
    assert [show(each) for each in list_messages(catalog) if not all(texts_of(each))] == []
    assert [show(each) for each in list_messages(catalog) if each.fuzzy] == []
    assert list(catalog.obsolete) == []


def test_english_has_both_plural_forms():
    plural = [each for each in list_messages(read_catalog("en")) if each.pluralizable]
    assert [show(each) for each in plural if len(texts_of(each)) != 2] == []


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_placeholders_are_the_same(language):
    differing = [
        show(each)
        for each in list_messages(read_catalog(language))
        for text in texts_of(each)
        if sorted(set(PLACEHOLDER.findall(text))) != sorted(set(PLACEHOLDER.findall(id_of(each))))
    ]
    assert differing == []


def test_english_has_no_chinese():
    found = [
        show(each) for each in list_messages(read_catalog("en")) for text in texts_of(each) if CHINESE.search(text)
    ]
    assert found == []


def test_english_ends_as_the_chinese_does():
    differing = [
        show(each)
        for each in list_messages(read_catalog("en"))
        for text in texts_of(each)
        if id_of(each).endswith("。") != text.rstrip().removesuffix("No.").endswith(".")
    ]
    assert differing == []


# -- Chinese of what packages bring along --------------------------------------------------------------------------


@cache
def texts_of_packages() -> frozenset[str]:
    """What Django, REST framework and allauth can say, by the catalogs of languages that they keep complete."""
    found: set[str] = set()
    for package in (django, rest_framework, allauth):
        for path in Path(package.__file__).parent.rglob("locale/*/LC_MESSAGES/django.mo"):
            if path.parent.parent.name in {"de", "fr", "pt_BR", "zh_Hans"}:
                with path.open("rb") as file:
                    found.update(id_of(message) for message in list_messages(read_mo(file)))
    return frozenset(found)


def test_chinese_overrides_are_complete():
    messages = list_messages(read_catalog("zh_Hans"))
    assert [show(each) for each in messages if not all(texts_of(each)) or each.fuzzy] == []


def test_chinese_overrides_still_meet_a_text():
    own = {id_of(message) for message in list_messages(read_catalog("zh_Hans"))}
    assert sorted(own - texts_of_packages()) == []


# -- pages in English ----------------------------------------------------------------------------------------------


class Words(HTMLParser):
    """The texts and the spoken attributes of a page, without what is marked as Chinese or typed into a form."""

    SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label", "data-copied", "data-failed", "abbr")
    VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})

    def __init__(self, page: str):
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.words: list[str] = []
        self.feed(page)

    @property
    def is_silent(self) -> bool:
        return any(silent for _tag, silent in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag in {"script", "style", "textarea"} or (tag != "html" and (given.get("lang") or "")[:2] == "zh")
        if not (silent or self.is_silent):
            self.words += [value for name in self.SPOKEN if (value := given.get(name))]
        if tag not in self.VOID:
            self.open.append((tag, silent))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of a drawing: nothing in it."""

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.is_silent:
            self.words.append(data.strip())


PAGES = {
    "director": (
        "/", "/cockpit/", "/tasks/", "/tasks/?q=x&light=red&status=ongoing", "/tasks/?light=pink&nothing=1",
        "/tasks/1/", "/tasks/2/", "/reviews/", "/reports/{sent}/review/", "/reports/{approved}/", "/overdue/",
        "/inbox/", "/plan/", "/agencies/", "/agencies/lead-unit/", "/people/", "/calendar/", "/calendar/?year=2027",
        "/ledger/", "/ledger/?verify=1", "/ledger/?since=x", "/tasks/1/deadline/", "/tasks/1/milestones/",
        "/tasks/1/status/suspend/", "/no/such/page/", "/tasks/?layout=board", "/tasks/?layout=timeline",
        "/tasks/?layout=calendar&month=2026-11", "/matrix/", "/search/?q=x", "/search/", "/preferences/", "/feedback/",
        "/start/", "/styleguide/", "/help/", "/help/tasks/", "/cockpit/changes/", "/cockpit/wall/", "/bulk/paste/",
    ),
    "supervisor": ("/", "/tasks/3/deadline/"),
    "lead_reporter": ("/", "/tasks/1/", "/tasks/2/report/", "/reports/{returned}/", "/reports/{returned}/edit/",
                      "/inbox/"),
    "lead_approver": ("/", "/tasks/1/", "/reports/{draft}/", "/reports/{sent}/"),
    "co_reporter": ("/", "/inbox/", "/tokens/"),
    "leader": ("/", "/cockpit/"),
    "administrator": ("/", "/people/new/", "/people/?state=all", "/agencies/lead-unit/rename/", "/reviews/", "/tokens/",
                      "/tokens/new/", "/tokens/?q=x"),
    "auditor": ("/", "/ledger/"),
    None: (
        "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/",
    ),
}  # fmt: skip


@pytest.fixture
def world(cast, client):
    """A year in which everything has happened once; names are as foreign people would write them."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for person in vars(cast).values():
        if hasattr(person, "username"):
            type(person).objects.filter(pk=person.pk).update(name=person.username.title())
    HolidayFactory(date="2026-10-01", name="国庆节", name_en="National Day")
    HolidayFactory(date="2026-10-10", name="国庆节调休上班", kind="workday")
    TaskFactory(number=2, lead=cast.lead, supporting=[cast.co], overdue=True, due_note="会议纪要")
    TaskFactory(number=3, lead=cast.lead, planned=True)
    TaskFactory(number=4, lead=cast.lead, percent=10, status="suspended")
    with time_machine.travel(NOW, tick=False):
        ids = make_reports(cast)
        marks = [MilestoneInput(name="印发方案", due_on=date(2026, 6, 30), planned_percent=50)]
        cast.task.refresh_from_db()
        set_milestones(task=cast.task, milestones=marks, version=cast.task.version, by=cast.supervisor, now=NOW)
        sweep(now=NOW)
        deliver_due(clock=lambda: NOW)
        yield ids


def make_reports(cast) -> dict[str, int]:
    """One report in each state, on tasks of the lead unit."""

    def drafted(number: int, period: Period):
        task = cast.task if number == 1 else TaskFactory(number=number, lead=cast.lead)
        content = report_content(problems="存在困难。", ask="请协调。")
        return draft_report(task=task, period=period, content=content, by=cast.lead_reporter, now=NOW)

    reports = {"draft": drafted(5, cast.period), "sent": drafted(6, cast.period), "approved": drafted(1, cast.period)}
    reports["returned"] = drafted(7, cast.period)
    evidence = SimpleUploadedFile("清单.csv", "序号,事项\n1,平台\n".encode())
    add_evidence(report=reports["approved"], file=evidence, by=cast.lead_reporter, now=NOW)
    for name in ("sent", "approved", "returned"):
        reports[name] = submit_report(report=reports[name], by=cast.lead_approver, now=NOW)
    approve_report(report=reports["approved"], by=cast.supervisor, now=NOW)
    return_report(report=reports["returned"], reason="请补充数据。", by=cast.supervisor, now=NOW)
    return {name: report.pk for name, report in reports.items()}


@pytest.mark.parametrize("part", PAGES, ids=str)
def test_english_pages_show_no_chinese(part, cast, world, client):
    if part:
        client.force_login(getattr(cast, part))
    for address in (pattern.format(**world) for pattern in PAGES[part]):
        page = client.get(address).content.decode()
        assert '<html lang="en"' in page, address
        found = [
            word for word in Words(page).words if CHINESE.search(word) and word not in dict(settings.LANGUAGES).values()
        ]
        assert found == [], address


def test_english_forms_explain_errors_in_english(cast, world, client):
    client.force_login(cast.supervisor)
    page = client.post("/tasks/1/deadline/", {"due_date": "x", "version": 0}).content.decode()
    assert [word for word in Words(page).words if CHINESE.search(word)] == []


def test_chinese_forms_explain_errors_in_chinese(db, client):
    page = client.post("/accounts/login/", {"login": "nobody", "password": ""}).content.decode()
    assert "请填写此项。" in page
    page = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"}).content.decode()
    assert "账号或密码不正确。" in page
    assert "The username" not in page
