"""The rules of test_repository.py catch what they are for, and leave alone what they are not for."""

import re

import pytest

from tests import house
from tests import test_repository as repository
from tests.permission_table.markup import Page

pytestmark = pytest.mark.once

VIEW = "def page(request):\n" + "    step()\n" * 20
LONG = "def work(a):\n" + "    step()\n" * 40
TOLD = '"""Told.\n' + "more\n" * 40 + '"""\n'
ACTION = '@transaction.atomic\ndef close(*, task, by, now):\n    """The task is closed."""\n'

CAUGHT = {
    house.writes: [
        "Task.objects.create(number=1)",
        "task.save()",
        'task.save(update_fields=["status"])',
        'Task.objects.filter(pk=1).update(status="closed")',
        "rows.update(percent=3)",
        "task.milestones.all().delete()",
        "report.delete()",
        "Period.objects.get_or_create(code=code)",
        "Milestone.objects.bulk_create(rows)",
        "Task._default_manager.update(percent=0)",
        "request.user.tokens.update(percent=0)",
    ],
    house.unscoped_queries: [
        "Task.objects.all()",
        "get_object_or_404(Task, pk=Task.objects.get(number=number).pk)",
        "Report.objects.filter(pk=pk).visible_to(user)",
        "get_object_or_404(Task.objects, number=number)",
        "Task._default_manager.first()",
    ],
    house.strong_locks: ["Task.objects.select_for_update().get(pk=pk)", "rows.select_for_update(no_key=False)"],
    house.orderings_by({"period"}): ['reports.order_by("-period")', 'reports.order_by("number", "period")'],
    house.long_functions: [LONG],
    house.long_views: [VIEW, "class V:\n" + "    def get(self):\n" + "        step()\n" * 20],
    house.hidden_imports: ["def f():\n    import os", "def f():\n    if a:\n        from os import path"],
    house.broad_excepts: ["try:\n    f()\nexcept Exception:\n    pass", "try:\n    f()\nexcept:\n    pass"],
    house.careless_actions: [
        ACTION.replace("*, ", ""),
        ACTION.replace(", by", ""),
        ACTION.replace(", now", ""),
        ACTION.replace('"""The task is closed."""', "pass"),
        ACTION.replace("atomic", "atomic(savepoint=False)").replace(", by", ""),
    ],
    house.undocumented_permissions: ["def can_close(user, task):\n    return True"],
    house.untimely_clocks: ["clock.now()", "timezone.now()", "datetime.now(tz)", "date.today()", "f(time.time())"],
}
LEFT_ALONE = {
    house.writes: [
        "digest.update(chunk)",
        "context.update({'a': 1})",
        "DATABASE_OPTIONS.update(timeout=20)",
        "os.environ.update(A='1')",
        "file.delete(save=False)",
    ],
    house.unscoped_queries: [
        "Task.objects.visible_to(request.user).get(number=1)",
        "Event.objects.none()",
        "CalendarDay.objects.as_calendar()",
    ],
    house.strong_locks: ["Task.objects.select_for_update(no_key=True).get(pk=pk)"],
    house.orderings_by({"period"}): ['reports.order_by("-period_id")', 'reports.order_by("-period__starts_on")'],
    house.long_functions: [LONG.replace("    step()\n", "", 1), "def work():\n    " + TOLD + "    step()"],
    house.long_views: [VIEW.replace("    step()\n", "", 1), VIEW.replace("page(request)", "_page(request)")],
    house.hidden_imports: ["import os\ndef f():\n    pass"],
    house.broad_excepts: ["try:\n    f()\nexcept (ValueError, OSError):\n    pass"],
    house.careless_actions: [ACTION, "def part(task):\n    pass", ACTION.replace("close", "_close").replace("by", "x")],
    house.undocumented_permissions: ['def can_close(user):\n    """The director."""', "def _part():\n    pass"],
    house.untimely_clocks: ["clock.tick()", "now()", "row.now"],
}


def cases(table):
    return [
        pytest.param(rule, snippet, id=f"{rule.__qualname__.split('.')[0]}{number}")
        for rule, snippets in table.items()
        for number, snippet in enumerate(snippets)
    ]


@pytest.mark.parametrize(("rule", "snippet"), cases(CAUGHT))
def test_rule_catches(rule, snippet):
    assert house.check(rule, snippet)


@pytest.mark.parametrize(("rule", "snippet"), cases(LEFT_ALONE))
def test_rule_leaves_alone(rule, snippet):
    assert house.check(rule, snippet) == []


def test_every_rule_is_tried_here():
    tried = {rule.__qualname__ for rule in CAUGHT} & {rule.__qualname__ for rule in LEFT_ALONE}
    assert {each.rule.__qualname__ for each in repository.RULES.values()} == tried


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (repository.PUBLISHING, "sweep.delay()"),
        (repository.PUBLISHING, "job.apply_async(args=[1])"),
        (repository.PUBLISHING, 'app.send_task("x")'),
        (repository.EVERY_FIELD, 'fields = "__all__"'),
        (repository.IMPORTING, "import_module(name)"),
        (repository.SIGNALLING, "@receiver(post_save)"),
        (repository.SIGNALLING, "post_save.connect(f)"),
        (repository.ELSEWHERE, '<script src="https://cdn.example/x.js">'),
        (repository.ELSEWHERE, '<img alt="" src="//cdn.example/x.png">'),
        (repository.STYLE_FROM_ELSEWHERE, "@import 'x.css'"),
        (repository.STYLE_FROM_ELSEWHERE, "url(https://cdn.example/x.woff)"),
        (repository.INLINE_SCRIPT, "<script>alert(1)</script>"),
        (repository.INLINE_SCRIPT, '<a onclick="x()">'),
        (repository.INLINE_SCRIPT, '<a href="javascript:x()">'),
        (repository.INLINE_STYLE, '<p style="color: red">'),
        (repository.INLINE_STYLE, "<style>p {}</style>"),
    ],
)
def test_pattern_catches(pattern, text):
    assert re.search(pattern, text)


PAGE = '<html lang="en"><head><title>T</title></head><body><h1>H</h1>{}</body></html>'


@pytest.mark.parametrize(
    "part",
    [
        "<script>x</script>",
        '<p style="color: red">',
        "<style>p {}</style>",
        "<img src=x onerror=1>",
        '<a href="JavaScript:x()">',
        '<img src="https://cdn.example/x.png">',
        '<script src="//cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="http://cdn.example/x.css">',
        '<form action="https://elsewhere.example/">',
        '<form method="post"></form>',
        '<b id="a"></b><b id="a"></b>',
        "<h1>Another</h1>",
    ],
)
def test_markup_faults_are_found(part):
    assert list(Page(PAGE.format(part)).all_faults("en"))


@pytest.mark.parametrize(
    "part",
    [
        '<script src="/static/x.js" defer></script>',
        '<script type="application/json">{}</script>',
        '<img alt="" src="data:image/png;base64,AA">',
        '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x"></form>',
        '<form method="get"></form>',
        "<svg><title>A drawing</title></svg>",
        '<a href="https://www.gov.cn/">elsewhere, on purpose</a>',
        "&lt;img src=x onerror=1&gt;",
    ],
)
def test_markup_without_fault_is_left_alone(part):
    assert list(Page(PAGE.format(part)).all_faults("en")) == []


def test_markup_in_another_language_is_found():
    assert list(Page(PAGE.format("")).all_faults("zh-CN")) == ["lang='en'"]
