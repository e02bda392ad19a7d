import shutil
from datetime import date
from io import StringIO

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from agencies.actions import create_agency, merge_agencies
from agencies.models import Agency, AgencyName
from ledger.actors import SystemActor
from ledger.models import Event, Head
from ledger.readers import verify
from progress.models import Period
from tasks.actions import Move, move_assignments
from tasks.actions.loading import load_plan, read_fixtures
from tasks.actions.loading.tasks import LoadError
from tasks.models import (
    Assignment,
    CalendarDay,
    CalendarYear,
    Goal,
    Measure,
    MeasureStatus,
    Pillar,
    Plan,
    Safeguard,
    Task,
)
from tasks.readers import plan_row
from tests.factories import NOW, TaskFactory, UserFactory
from zones.models import Zone

pytestmark = pytest.mark.django_db
FOLDER = settings.BASE_DIR / "fixtures"
LOADER = SystemActor("方案载入")


@pytest.fixture(scope="module")
def plan_fixtures():
    return read_fixtures(FOLDER)


@pytest.fixture
def loaded(plan_fixtures):
    return load_plan(fixtures=plan_fixtures, by=LOADER, now=NOW)


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


def load_again(folder):
    return load_plan(fixtures=read_fixtures(folder), by=LOADER, now=NOW)


# --- the first run ---


def test_load_plan_makes_what_the_files_hold(loaded):
    assert Task.objects.count() == 45
    assert Pillar.objects.count() == 7
    assert Agency.objects.in_plan().count() == 52
    assert Agency.objects.count() == 53
    assert Assignment.objects.count() == 376
    assert Zone.objects.count() == 3
    assert Measure.objects.count() == 229
    assert Goal.objects.count() == 4
    assert Safeguard.objects.count() == 5
    assert list(CalendarYear.objects.values_list("year", flat=True)) == [2025, 2026]
    assert CalendarDay.objects.filter(date__year=2026, kind="holiday").count() == 33


def test_load_plan_tells_the_same_counts(loaded):
    counts = {kind: loaded[kind].created for kind in ("plan", "task", "pillar", "agency", "assignment", "zone")}
    assert counts == {"plan": 1, "task": 45, "pillar": 7, "agency": 53, "assignment": 376, "zone": 3}
    assert loaded.changed_anything


def test_load_plan_keeps_every_word_and_unit_of_every_task(loaded, plan_fixtures):
    for entry in plan_fixtures.tasks:
        task = Task.objects.get(number=entry["number"])
        assert (task.title, task.text, task.unit_clause) == (entry["title"], entry["text"], entry["unit_clause"])
        assert task.pillar.number == entry["pillar"]
        links = list(task.assignments.order_by("order").values_list("agency", "role"))
        assert links == [(unit, "lead" if unit == entry["units"][0] else "co") for unit in entry["units"]]
        assert {zone.code for zone in task.zones.all()} == set(entry["zones"])
        assert "".join(measure.text for measure in task.measures.order_by("order")) == entry["text"]


def test_load_plan_invents_no_state_deadline_or_number(loaded):
    assert set(Task.objects.values_list("status", "due_date", "percent", "version")) == {("planned", None, 0, 1)}
    assert set(Task.objects.values_list("updated_at", flat=True)) == {NOW}
    plan = Plan.objects.get()
    assert (plan.document_number, plan.is_current, plan.sets_deadlines) == (None, True, False)
    assert len(plan.layout.split("\n")) == 2


def test_load_plan_dates_each_name_from_the_plan(loaded):
    assert AgencyName.objects.count() == 53
    assert set(AgencyName.objects.values_list("valid_from", "basis")) == {(date(2020, 1, 22), "方案")}


def test_load_plan_gives_the_safeguards_to_the_office(loaded):
    assert set(Safeguard.objects.values_list("agency", flat=True)) == {"office"}


def test_load_plan_writes_one_event_for_each_object_as_the_system(loaded):
    kinds = {
        kind: Event.objects.filter(kind=kind, verb="loaded").count() for kind in ("task", "agency", "zone", "plan")
    }
    assert kinds == {"task": 45, "agency": 53, "zone": 3, "plan": 1}
    assert set(Event.objects.values_list("actor_name", "actor_id")) == {("方案载入", "system")}
    state = Event.objects.get(kind="task", key="gxftz-2020/1").state
    assert state["lead"] == "commerce"
    assert state["status"] == "planned"
    assert verify() == []


def test_load_plan_leaves_another_current_plan_in_force(plan_fixtures):
    TaskFactory()
    load_plan(fixtures=plan_fixtures, by=LOADER, now=NOW)
    assert not Plan.objects.get(code="gxftz-2020").is_current


# --- the second run ---


def test_load_plan_changes_nothing_the_second_time(loaded, plan_fixtures, django_assert_max_num_queries):
    head = Head.objects.get().sequence
    with django_assert_max_num_queries(400):
        report = load_plan(fixtures=plan_fixtures, by=LOADER, now=NOW)
    assert not report.changed_anything
    assert all(tally.kept == 0 for tally in report.tallies.values())
    assert report["task"].unchanged == 45
    assert report["assignment"].unchanged == 376
    assert Head.objects.get().sequence == head
    assert set(Task.objects.values_list("version", flat=True)) == {1}


def test_load_plan_keeps_what_people_entered(loaded, plan_fixtures):
    dates = {"start_date": date(2026, 1, 1), "due_date": date(2026, 12, 31), "original_due_date": date(2026, 6, 30)}
    Task.objects.filter(number=1).update(status="ongoing", percent=40, due_basis="office", **dates)
    Measure.objects.filter(task__number=1, order=1).update(status=MeasureStatus.DONE, deliverable="facility")
    Assignment.objects.filter(task__number=2, order=3).delete()
    Agency.objects.filter(code="commerce").update(name="自治区商务委", short_name="商务委", name_en="New")
    AgencyName.objects.create(
        agency_id="commerce",
        name="自治区商务委",
        short_name="商务委",
        name_en="New",
        valid_from="2024-01-01",
        basis="文",
    )
    Plan.objects.update(document_number="桂政发〔2020〕0号")
    Goal.objects.filter(order=1).update(date=date(2020, 3, 1), basis="办公室确定")
    CalendarDay.objects.filter(date=date(2026, 10, 7)).delete()
    report = load_plan(fixtures=plan_fixtures, by=LOADER, now=NOW)
    task = Task.objects.get(number=1)
    assert (task.status, task.percent, task.due_date, task.version) == ("ongoing", 40, date(2026, 12, 31), 1)
    assert Measure.objects.filter(status=MeasureStatus.DONE, deliverable="facility").exists()
    assert Assignment.objects.count() == 375
    assert Agency.objects.get(code="commerce").full_label == "自治区商务委（自治区商务厅）"
    assert AgencyName.objects.filter(agency="commerce").count() == 2
    assert Plan.objects.get().document_number == "桂政发〔2020〕0号"
    assert Goal.objects.get(order=1).basis == "办公室确定"
    assert not CalendarDay.objects.filter(date=date(2026, 10, 7)).exists()
    assert not report.changed_anything
    kept = {kind: tally.kept for kind, tally in report.tallies.items() if tally.kept}
    assert kept == {"plan": 1, "goal": 1, "agency": 1, "measure": 1, "assignment": 1}


def test_load_plan_leaves_moved_responsibilities_alone(loaded, plan_fixtures):
    director = UserFactory(agency=Agency.objects.get(kind="office"), role="director")
    recorded = {"effective_on": NOW.date(), "basis": "桂编〔2026〕8号", "now": NOW}
    units = Agency.objects.in_bulk()
    merge_agencies(
        predecessors=[units["commerce"]], successor=units["development-reform"], **recorded,
        by=UserFactory(agency=None, role="administrator"),
    )  # fmt: skip
    held = Task.objects.involving("commerce")
    links = [Move(task.pk, "commerce", "development-reform") for task in held]
    results = move_assignments(links=links, basis="会议纪要", on=NOW.date(), by=director, now=NOW)
    assert {each.refusal for each in results} == {""}
    stands, head = list(Assignment.objects.order_by("pk").values()), Head.objects.get().sequence
    report = load_plan(fixtures=plan_fixtures, by=LOADER, now=NOW)
    assert not report.changed_anything
    assert (report["assignment"].unchanged, report["assignment"].kept) == (376, len(links))
    assert list(Assignment.objects.order_by("pk").values()) == stands
    assert Head.objects.get().sequence == head
    assert Assignment.objects.count() < 376
    assert [plan_row(Plan.objects.get())[name] for name in ("agencies", "assignments")] == [52, 376]


def test_load_plan_leaves_units_that_it_does_not_know_alone(loaded, plan_fixtures):
    new = {"code": "data-bureau", "kind": "department", "name": "数据局", "short_name": "数据局", "name_en": "Data"}
    create_agency(**new, valid_from=NOW.date(), basis="文", by=UserFactory(agency=None, role="administrator"), now=NOW)
    assert not load_plan(fixtures=plan_fixtures, by=LOADER, now=NOW).changed_anything
    assert Agency.objects.count() == 54


# --- corrections ---


def test_load_plan_corrects_official_facts_and_says_what_they_were(loaded, plan_fixtures):
    Task.objects.filter(number=7).update(title="改坏", text="改坏。", pillar=Pillar.objects.get(number=5), percent=30)
    Measure.objects.filter(task__number=7, order=1).update(text="改坏。", status=MeasureStatus.ONGOING)
    Task.objects.get(number=8).zones.clear()
    Agency.objects.filter(code="commerce").update(plan_name="改坏", short_name="改坏")
    Zone.objects.filter(code="nanning").update(area_km2="40")
    report = load_plan(fixtures=plan_fixtures, by=LOADER, now=NOW)
    task, entry = Task.objects.get(number=7), plan_fixtures.tasks[6]
    assert (task.title, task.text, task.pillar.number) == (entry["title"], entry["text"], entry["pillar"])
    assert (task.percent, task.version) == (30, 2)
    assert Measure.objects.get(task=task, order=1).status == MeasureStatus.ONGOING
    assert Task.objects.get(number=8).zones.count() == 3
    assert Agency.objects.get(code="commerce").short_name == "商务厅"
    corrected = {kind: tally.corrected for kind, tally in report.tallies.items() if tally.corrected}
    assert corrected == {"zone": 1, "agency": 1, "task": 2, "measure": 1}
    event = Event.objects.get(kind="task", key="gxftz-2020/7", verb="corrected")
    assert event.changed["title"] == ["改坏", entry["title"]]
    text = Event.objects.get(kind="task_text", key="gxftz-2020/7", verb="corrected")
    assert text.changed["text"] == ["改坏。", entry["text"]]
    assert verify() == []


def test_load_plan_takes_units_in_a_new_order(loaded, folder):
    change(folder, "agencies", lambda entries: [entries[1], entries[0], *entries[2:]])
    report = load_again(folder)
    assert list(Agency.objects.values_list("code", flat=True))[:2] == ["development-reform", "commerce"]
    assert report["agency"].corrected == 2
    assert not load_again(folder).changed_anything


def test_load_plan_takes_a_new_unit_into_the_middle(loaded, folder):
    extra = {"code": "extra", "plan_name": "新单位", "name": "新单位", "short_name": "新单位", "name_en": "New unit",
             "kind": "department", "zone": None, "is_open_set": False}  # fmt: skip
    change(folder, "agencies", lambda entries: entries.insert(3, extra))
    assert load_again(folder)["agency"].created == 1
    assert list(Agency.objects.values_list("code", flat=True))[3] == "extra"
    assert not load_again(folder).changed_anything


def test_load_plan_removes_a_sentence_nobody_worked_on(loaded, folder):
    change(folder, "tasks", drop_last_sentence)
    report = load_again(folder)
    assert report["task"].corrected == 1
    assert Measure.objects.count() == 228


def test_load_plan_refuses_to_remove_a_sentence_that_was_worked_on(loaded, folder):
    Measure.objects.filter(task__number=1).update(status=MeasureStatus.ONGOING)
    change(folder, "tasks", drop_last_sentence)
    head, text = Head.objects.get().sequence, Task.objects.get(number=1).text
    with pytest.raises(LoadError, match="任务 1 的举措"):
        load_again(folder)
    assert (Head.objects.get().sequence, Task.objects.get(number=1).text) == (head, text)


def drop_last_sentence(entries):
    last = entries[0]["measures"].pop()
    entries[0]["text"] = entries[0]["text"].removesuffix(last["text"])


def test_load_plan_adds_a_new_year_and_moves_lights(loaded, folder):
    running = {"status": "ongoing", "start_date": date(2026, 1, 1), "due_basis": "office"}
    due = date(2027, 3, 4)
    Task.objects.filter(number=1).update(due_date=due, original_due_date=due, **running)
    CalendarDay.objects.create(date=date(2027, 3, 5), kind="workday", name="办公室录入")
    notice = {
        "year": 2027, "source": "通知", "workdays": [],
        "holidays": [{"date": date(2027, 3, day), "name": "假", "name_en": "Holiday"} for day in (5, 8)],
    }  # fmt: skip
    change(folder, "calendar", lambda entries: entries.append(notice))
    report = load_again(folder)
    assert report["calendar_year"].created == 1
    assert CalendarDay.objects.get(date=date(2027, 3, 5)).name == "办公室录入"
    assert CalendarDay.objects.filter(date=date(2027, 3, 8), kind="holiday").exists()
    task = Task.objects.get(number=1)
    assert task.overdue_from == date(2027, 3, 5)
    assert Event.objects.filter(kind="task", verb="light_moved").count() == 1
    assert verify() == []


def test_load_plan_leaves_periods_alone(loaded):
    assert not Period.objects.exists()


# --- the command ---


def set_in(position, key, value):
    def edit(entries):
        entries[position][key] = value

    return edit


def test_command_tells_what_it_did():
    out = StringIO()
    call_command("load_plan", stdout=out)
    lines = out.getvalue().splitlines()
    assert "任务 45：新增 45，订正 0，未变 0" in lines
    assert "责任 376：新增 376，订正 0，未变 0" in lines
    Plan.objects.update(document_number="文号")
    out = StringIO()
    call_command("load_plan", stdout=out)
    assert "实施方案 1：新增 0，订正 0，未变 1（其中 1 处保留人工修改）" in out.getvalue().splitlines()


def test_command_changes_nothing_with_a_broken_file(loaded, folder):
    change(folder, "agencies", set_in(0, "plan_name", "改了"))
    change(folder, "tasks", set_in(44, "units", []))
    head = Head.objects.get().sequence
    with pytest.raises(CommandError, match="什么都没有改"):
        call_command("load_plan", fixtures=folder)
    assert Agency.objects.get(code="commerce").plan_name == "自治区商务厅"
    assert Head.objects.get().sequence == head
