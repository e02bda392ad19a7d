"""The names that clients rely on, as the design binds them: fields may be added, never renamed or taken away."""

import pytest

from progress.actions import approve_report, draft_report, submit_report
from tasks.actions import MilestoneInput, grant_extension, set_milestones
from tests.api import Api
from tests.extensions import WANTED, sent
from tests.factories import NOW, TODAY, report_content

pytestmark = pytest.mark.once  # a shape is the same on every database

CODE_NAME = {"code": str, "name": str}
LIGHT = {
    "colour": str, "label": str, "reason": str, "since": None, "next": {"colour": str, "on": str},
}  # fmt: skip
ROW = {
    "number": int, "title": str, "title_en": str, "pillar": {"number": int, "title": str}, "lead": CODE_NAME,
    "supporting": [CODE_NAME], "zones": [str], "status": str, "status_label": str, "light": LIGHT, "percent": int,
    "planned_percent": int, "start_date": str, "due_date": str, "original_due_date": str, "due_basis": str,
    "overdue_days": int, "last_report": {"period": str, "approved_at": str, "result": str}, "version": int,
    "updated_at": str,
}  # fmt: skip
DETAIL = {
    **ROW,
    "text": str,
    "measures": [{"code": str, "order": int, "text": str, "deliverable": str, "status": str}],
    "assignments": [{"agency": CODE_NAME, "role": str, "order": int}],
    "milestones": [{"name": str, "due_on": str, "planned_percent": int}],
    "extensions": [{"due_before": str, "wanted_date": str, "granted_date": str, "reason": str}],
}
PLAN = {
    "code": str, "title": str, "title_en": str, "issuer": str, "issued_on": str, "document_number": None,
    "launched_on": str, "goals": [{"label": str, "date": str, "basis": str}], "pillars": int, "tasks": int,
    "agencies": int, "assignments": int,
}  # fmt: skip
PILLAR = {"number": int, "title": str, "title_en": str, "text": str, "tasks": int}
ZONE = {
    "code": str, "name": str, "name_en": str, "area_km2": float, "bonded_zone": {"name": str, "area_km2": float},
    "industries": [str], "positioning": str, "management_body": CODE_NAME, "tasks": int,
}  # fmt: skip
AGENCY = {
    "code": str, "name": str, "plan_name": str, "short_name": str, "name_en": str, "kind": str, "zone": str,
    "is_open_set": bool, "led": int, "supported": int,
}  # fmt: skip
PERIOD = {
    "code": str, "label": str, "starts_on": str, "ends_on": str, "contributions_due_on": str, "reports_due_on": str,
    "locks_on": str, "is_open": bool,
}  # fmt: skip
PAGE = {"next": None, "previous": None, "as_of": str, "results": [ROW]}
SHAPES = [
    ("plan", (), PLAN), ("pillars", (), [PILLAR]), ("zones", (), [ZONE]), ("agencies", (), [AGENCY]),
    ("tasks", (), PAGE), ("task", (1,), DETAIL), ("periods", (), [PERIOD]),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    """A task with something in every one of its fields."""
    cast.task.plan.goals.create(order=1, label="三年目标", label_en="Goal", date=TODAY, basis="原文", basis_en="Text")
    zone = cast.zone_body.zone
    zone.industries = ["金融"]
    zone.save()
    set_milestones(
        task=cast.task, milestones=[MilestoneInput("建成平台", TODAY, 80)], by=cast.director, now=NOW
    )  # fmt: skip
    grant_extension(extension=sent(cast), granted_date=WANTED, by=cast.supervisor, now=NOW)
    report = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    approve_report(report=report, by=cast.supervisor, now=NOW)
    return Api(cast.leader)


@pytest.mark.parametrize(("name", "args", "shape"), SHAPES)
def test_answer_has_the_binding_names(api, name, args, shape):
    assert list(faults(api.get(name, *args).json(), shape, name)) == []


def test_a_name_that_is_gone_or_of_another_kind_is_found():
    """The negative control."""
    row = {"number": "1", "pillar": {"titel": "x"}, "zones": []}
    wanted = {"number": int, "pillar": {"title": str}, "zones": [str], "lead": CODE_NAME}
    found = list(faults(row, wanted, "row"))
    assert found == ["row.number is str", "row.pillar.title is missing", "row.zones is empty", "row.lead is missing"]


def faults(value, wanted, place):
    """Where an answer is not of the shape; None is for what is null here or may be anything."""
    if isinstance(wanted, list):
        yield from faults_of_list(value, wanted[0], place)
    elif isinstance(wanted, dict):
        for name, inner in wanted.items():
            if name not in value:
                yield f"{place}.{name} is missing"
            else:
                yield from faults(value[name], inner, f"{place}.{name}")
    elif wanted is not None and type(value) is not wanted:
        yield f"{place} is {type(value).__name__}"


def faults_of_list(values, wanted, place):
    """The first of a list that has everything speaks for all: a unit may be in no zone, another is."""
    tried = [list(faults(each, wanted, place)) for each in values]
    if not tried:
        yield f"{place} is empty"
    else:
        yield from min(tried, key=len)
