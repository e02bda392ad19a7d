"""The scene with markup in every text that anybody can enter: none of it may ever be taken for markup by a browser."""

from datetime import date, timedelta
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.actions import create_api_token, deactivate_user, rename_agency, update_user
from agencies.models import Agency
from ledger.actors import SYSTEM
from progress.actions import (
    ReportContent,
    add_evidence,
    approve_report,
    draft_report,
    open_period,
    return_report,
    save_report,
    submit_report,
)  # fmt: skip
from progress.models import Report
from tasks.actions import (
    MilestoneInput,
    change_status,
    publish_calendar_year,
    set_calendar_day,
    set_deadline,
    set_milestones,
)  # fmt: skip
from tasks.models import Goal, Measure, Pillar, Plan, Safeguard, Task
from tests.factories import NOW, TODAY, TaskFactory
from zones.models import Zone

# The texts of the plan come from its fixtures, not from people; still nothing in them may be taken for markup.
OFFICIAL = {
    Plan: ("title", "title_en", "issuer", "issuer_en", "parent_title", "preamble", "objectives", "layout"),
    Pillar: ("title", "title_en", "text"),
    Task: ("title", "title_en", "text", "unit_clause"),
    Measure: ("text",),
    Safeguard: ("title", "title_en", "text"),
    Goal: ("label", "label_en", "basis", "basis_en"),
    Zone: ("name", "name_en", "positioning", "positioning_en", "bonded_zone_name", "bonded_zone_name_en"),
}


class Marks:
    """Hands out texts that would be images with a script; each field its own, so that one sees which was shown."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str) -> str:
        if name not in self.names:
            self.names.append(name)
        return f"\"'><img onerror={self.names.index(name)}>"

    def shown(self, text: str) -> set[str]:
        """The fields whose text stands in a page, rightly escaped."""
        return {name for number, name in enumerate(self.names) if f"&lt;img onerror={number}&gt;" in text}


def mark_everything(scene: SimpleNamespace, mark: Marks) -> SimpleNamespace:
    """The scene after every action that takes a text has got one that is marked."""
    world = SimpleNamespace(**vars(scene))
    _mark_reports(world, mark)
    _mark_tasks(world, mark)
    _mark_units(world, mark)
    _mark_people(world, mark)
    _mark_calendar(world, mark)
    _mark_official(world, mark)
    return world


def _content(mark: Marks, stage: str) -> ReportContent:
    texts = {name: mark(f"{stage} {name}") for name in ("progress", "problems", "next_steps", "ask")}
    return ReportContent(percent=95, result="advancing", **texts)


def _mark_reports(world: SimpleNamespace, mark: Marks) -> None:
    now, author, signs = NOW, world.lead_reporter, world.lead_approver
    for name in ("draft", "submitted", "returned", "approved"):
        task = TaskFactory(lead=world.lead)
        _report_before(world, task, mark)
        report = draft_report(task=task, period=world.period, content=_content(mark, name), by=author, now=now)
        _add_marked_file(report, mark, name, author)
        if name != "draft":
            report = submit_report(report=report, by=signs, now=now)
        if name == "returned":
            report = return_report(report=report, reason=mark("return reason"), by=world.supervisor, now=now)
            report = save_report(
                report=report, content=_content(mark, name), version=report.version, by=author, now=now
            )
            report = submit_report(report=report, by=signs, now=now)
            report = return_report(report=report, reason=mark("return reason"), by=world.supervisor, now=now)
        if name == "approved":
            report = approve_report(report=report, by=world.supervisor, now=now)
        setattr(world, name, Report.objects.get(pk=report.pk))


def _report_before(world: SimpleNamespace, task: Task, mark: Marks) -> None:
    """The quarter before; what stands beside a new report."""
    earlier, now = open_period(year=2026, quarter=3, by=SYSTEM, now=NOW), NOW - timedelta(days=40)
    old = draft_report(task=task, period=earlier, content=_content(mark, "old"), by=world.lead_reporter, now=now)
    old = submit_report(report=old, by=world.lead_approver, now=now)
    approve_report(report=old, by=world.supervisor, now=now)


def _add_marked_file(report: Report, mark: Marks, name: str, by: object) -> None:
    file = SimpleUploadedFile(f"{mark(f'{name} file')}.csv", f"a,{name}\n".encode(), content_type="text/csv")
    add_evidence(report=report, file=file, by=by, now=NOW)


def _mark_tasks(world: SimpleNamespace, mark: Marks) -> None:
    by, now = world.director, NOW
    dates = {"start_date": date(2026, 1, 1), "due_date": date(2026, 12, 30), "basis": "office"}
    set_deadline(task=world.task, **dates, note=mark("due note"), reason=mark("due reason"), by=by, now=now)
    marks = [MilestoneInput(mark("milestone"), TODAY.replace(month=6), 40)]
    set_milestones(task=world.task, milestones=marks, by=by, now=now)
    change_status(task=world.late, verb="suspend", text=mark("basis of a status"), by=by, now=now)


def _mark_units(world: SimpleNamespace, mark: Marks) -> None:
    for unit in (world.lead, world.co, world.zone_body):
        names = {"name": mark("unit name"), "short_name": "<img onerror=1>", "name_en": mark("unit name_en")}
        rename_agency(
            agency=unit, **names, valid_from=TODAY, basis=mark("unit basis"), by=world.director, now=NOW
        )  # fmt: skip
    Agency.objects.update(short_name=mark("unit short_name")[:24])


def _mark_people(world: SimpleNamespace, mark: Marks) -> None:
    by = world.administrator
    for person in (world.lead_reporter, world.lead_approver, world.supervisor, world.director, world.co_reporter):
        update_user(
            user=person, name=mark("person name"), email="", phone=mark("phone"), agency=person.agency,
            role=person.role, by=by, now=NOW,
        )  # fmt: skip
    deactivate_user(user=world.zone_officer, reason=mark("reason of leaving"), by=by, now=NOW)
    create_api_token(name=mark("token name"), scopes=["progress:read"], by=by, now=NOW)


def _mark_calendar(world: SimpleNamespace, mark: Marks) -> None:
    by = world.director
    set_calendar_day(day=date(2026, 12, 24), kind="holiday", name=mark("day name"), by=by, now=NOW)
    publish_calendar_year(year=2026, source=mark("calendar source"), by=by, now=NOW)


def _mark_official(world: SimpleNamespace, mark: Marks) -> None:
    plan = world.task.plan
    Measure.objects.filter(task=world.other_task).delete()  # its text is shown whole
    Goal.objects.create(plan=plan, order=1)
    Safeguard.objects.create(plan=plan, number=1, agency=world.office)
    for model, names in OFFICIAL.items():
        model.objects.update(**{name: mark(f"{model.__name__} {name}") for name in names})
