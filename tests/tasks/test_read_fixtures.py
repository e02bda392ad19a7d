import shutil
from datetime import date

import pytest
import yaml
from django.conf import settings

from tasks.actions.loading import FixtureError, read_fixtures

FOLDER = settings.BASE_DIR / "fixtures"


@pytest.fixture
def folder(tmp_path):
    """A copy of the fixtures that a test may break."""
    return shutil.copytree(FOLDER, tmp_path / "fixtures")


def change(folder, name, edit):
    """Rewrite one file after `edit` has changed its content in place; what `edit` returns, if anything, replaces it."""
    path = folder / f"{name}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content = edit(content) or content
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def set_in(position, key, value):
    def edit(entries):
        entries[position][key] = value

    return edit


def without(position, key):
    def edit(entries):
        del entries[position][key]

    return edit


def edit_first(path, value):
    def edit(entries):
        part = entries[0]
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = value

    return edit


BREAKAGES = {
    "missing key": ("agencies", without(2, "name_en"), "第 3 条（investment-promotion）", "缺少 name_en"),
    "unknown key": ("agencies", set_in(2, "nick", "x"), "第 3 条（investment-promotion）", "不认识的键 nick"),
    "wrong type": ("tasks", set_in(4, "title", 5), "第 5 条（5）", "title 应为文字"),
    "empty text": ("pillars", set_in(1, "text", "  "), "第 2 条（2）", "text 应为文字"),
    "bool for a number": ("pillars", set_in(1, "number", value=True), "第 2 条（True）", "number 应为整数"),
    "number without quotes": ("zones", set_in(0, "area_km2", 46.8), "第 1 条（nanning）", "area_km2 应为加引号的数字"),
    "not a number": ("zones", set_in(0, "area_km2", "大"), "第 1 条（nanning）", "area_km2 应为加引号的数字"),
    "nested key": ("zones", edit_first(["bonded_zone", "x"], 1), "第 1 条（nanning）", "不认识的键 bonded_zone.x"),
    "nested in a list": (
        "tasks",
        edit_first(["measures", 0, "order"], "1"),
        "第 1 条（1）",
        "measures[1].order 应为整数",
    ),
    "not a list": ("tasks", set_in(0, "units", "commerce"), "第 1 条（1）", "units 应为列表"),
    "not a mapping": ("zones", lambda entries: entries.append("x"), "第 4 条", "整条 应为一组键和值"),
    "no entries": ("tasks", lambda entries: {"a": 1}, "全文", "应为至少一条的列表"),
    "unknown kind": (
        "agencies",
        set_in(0, "kind", "ministry"),
        "第 1 条（commerce）",
        "kind 的值 ministry 不在允许的范围内",
    ),
    "kind as a list": ("agencies", set_in(0, "kind", ["x"]), "第 1 条（commerce）", "kind 的值"),
    "unknown deliverable": (
        "tasks",
        edit_first(["measures", 0, "deliverable"], "money"),
        "第 1 条（1）",
        "的值 money 不在",
    ),
    "unknown pillar": ("tasks", set_in(0, "pillar", 8), "第 1 条（1）", "板块 8 不在 pillars.yaml 中"),
    "unknown unit": (
        "tasks",
        edit_first(["units", 1], "nobody"),
        "第 1 条（1）",
        "units 里的 nobody 不在 agencies.yaml 中",
    ),
    "unknown zone of a task": ("tasks", edit_first(["zones", 1], "beihai"), "第 1 条（1）", "zones 里的 beihai 不在"),
    "unknown zone of a unit": (
        "agencies",
        set_in(0, "zone", "beihai"),
        "第 1 条（commerce）",
        "zone beihai 不在 zones.yaml",
    ),
    "unknown body": (
        "zones",
        set_in(0, "management_body", "commerce"),
        "第 1 条（nanning）",
        "不是 agencies.yaml 中本片区",
    ),
    "number twice": ("tasks", set_in(9, "number", 9), "第 10 条（9）", "序号 9 重复"),
    "gap in numbers": ("tasks", lambda entries: entries.pop(9) and None, "第 10 条（11）", "序号应为 10"),
    "code twice": ("agencies", set_in(3, "code", "commerce"), "第 4 条（commerce）", "code commerce 重复"),
    "plan name twice": ("agencies", set_in(1, "plan_name", "自治区商务厅"), "第 2 条", "plan_name 自治区商务厅 重复"),
    "unit twice": ("tasks", edit_first(["units", 1], "commerce"), "第 1 条（1）", "units 里的 commerce 重复"),
    "year twice": ("calendar", set_in(1, "year", 2025), "第 2 条（2025）", "year 2025 重复"),
    "lead not first": (
        "tasks",
        lambda entries: entries[0]["units"].reverse(),
        "第 1 条（1）",
        "不是 unit_clause 的首位单位",
    ),
    "no units": ("tasks", set_in(0, "units", []), "第 1 条（1）", "units 至少要有一个单位"),
    "office as a unit": ("tasks", edit_first(["units", 1], "office"), "第 1 条（1）", "office 没有 plan_name"),
    "open set leads": (
        "tasks",
        edit_first(["units", 0], "other-units"),
        "第 1 条（1）",
        "开放集合 other-units 不能牵头",
    ),
    "measures differ": (
        "tasks",
        edit_first(["measures", 0, "text"], "别的。"),
        "第 1 条（1）",
        "measures 各句相连不等于 text",
    ),
    "measures out of order": (
        "tasks",
        edit_first(["measures", 0, "order"], 2),
        "第 1 条（1）",
        "measures 的 order 应从 1 起",
    ),
    "bonded zone too big": (
        "zones",
        edit_first(["bonded_zone", "area_km2"], "99"),
        "第 1 条",
        "海关特殊监管区域的面积大于片区",
    ),
    "industries differ": (
        "zones",
        set_in(0, "industries", ["一"]),
        "第 1 条",
        "industries 与 industries_en 的项数不同",
    ),
    "open set differs": (
        "agencies",
        set_in(0, "is_open_set", value=True),
        "第 1 条（commerce）",
        "is_open_set 与 kind 不一致",
    ),
    "two offices": (
        "agencies",
        set_in(0, "kind", "office"),
        "第 53 条（office）",
        "必须恰有一个 kind 为 office 的单位",
    ),
    "code is no code": ("agencies", set_in(52, "code", "办公室"), "第 53 条（办公室）", "code 不合要求"),
    "name too long": ("agencies", set_in(0, "short_name", "长" * 21), "第 1 条（commerce）", "short_name 不合要求"),
    "day of another year": (
        "calendar",
        edit_first(["holidays", 0, "date"], date(2024, 1, 1)),
        "第 1 条（2025）",
        "2024-01-01 不在 2025 年",
    ),
    "day twice": (
        "calendar",
        edit_first(["holidays", 1, "date"], date(2025, 1, 1)),
        "第 1 条（2025）",
        "2025-01-01 重复",
    ),
    "worked weekday": (
        "calendar",
        edit_first(["workdays", 0, "date"], date(2025, 1, 27)),
        "第 1 条（2025）",
        "2025-01-27 是周一至周五",
    ),
    "goal order": ("plan", lambda plan: plan["goals"].reverse(), "全文", "goals 的 order 应从 1 起"),
    "plan date": ("plan", lambda plan: plan.update(issued_on="2020"), "全文", "issued_on 应为日期"),
}


@pytest.mark.parametrize("case", BREAKAGES)
def test_read_fixtures_names_file_entry_and_reason(folder, case):
    name, edit, entry, why = BREAKAGES[case]
    change(folder, name, edit)
    with pytest.raises(FixtureError) as caught:
        read_fixtures(folder)
    assert caught.value.file == f"{name}.yaml"
    assert caught.value.entry.startswith(entry)
    assert why in caught.value.why
    assert all(part in str(caught.value) for part in (f"{name}.yaml", entry, why))


@pytest.mark.parametrize(
    ("text", "entry", "why"),
    [
        ("- number: 1\n  number: 2\n", "第 1 行", "number ×2"),
        ("- number: [1\n", "第 2 行", "不是正确的 YAML"),
        ("- !!python/object:os.system x\n", "第 1 行", "不是正确的 YAML"),
        ("a: \x00", "全文", "不是正确的 YAML"),
    ],
)
def test_read_fixtures_says_where_a_file_is_no_yaml(folder, text, entry, why):
    (folder / "pillars.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FixtureError) as caught:
        read_fixtures(folder)
    assert (caught.value.file, caught.value.entry) == ("pillars.yaml", entry)
    assert why in caught.value.why


def test_read_fixtures_names_a_missing_file(folder):
    (folder / "zones.yaml").unlink()
    with pytest.raises(FixtureError, match=r"zones\.yaml，全文：读不到文件"):
        read_fixtures(folder)


def test_read_fixtures_names_a_file_in_another_encoding(folder):
    (folder / "zones.yaml").write_text("片区", encoding="gb18030")
    with pytest.raises(FixtureError, match=r"zones\.yaml，全文：不是 UTF-8 编码"):
        read_fixtures(folder)
