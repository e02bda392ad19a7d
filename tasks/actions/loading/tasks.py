"""Tasks with their measures, units and zones."""

from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError
from tasks.actions.loading import values
from tasks.actions.loading.rows import Run
from tasks.actions.loading.shapes import Entry
from tasks.models import Assignment, Measure, MeasureStatus, Pillar, Plan, Task
from tasks.states import task_state


class LoadError(DomainError):
    """方案数据不能载入: a correction would remove what somebody has worked on."""

    code = "load_refused"


def load_tasks(run: Run, plan: Plan, pillars: dict[int, Pillar], entries: list[Entry]) -> None:
    """Create the missing tasks; correct the official text, pillar, zones and measures of the others."""
    befores = {task.number: _state(task) for task in _tasks(plan)}
    rows = {task.number: task for task in Task.objects.filter(plan=plan)}
    for entry in entries:
        facts = {**values.task_facts(entry), "pillar": pillars[entry["pillar"]]}
        _load_task(run, plan, rows.get(entry["number"]), entry=entry, facts=facts)
    for task in _tasks(plan):
        _note(run, task, befores.get(task.number))


def _tasks(plan: Plan) -> Any:
    tasks = Task.objects.filter(plan=plan).select_related("plan", "pillar").order_by("number")
    return tasks.prefetch_related("assignments", "zones", "milestones", "measures")


def _state(task: Task) -> dict[str, Any]:
    """The task's state and its official text: two objects to the ledger, since the loader alone changes the second."""
    measures = sorted(task.measures.all(), key=lambda each: each.order)
    text = {
        "number": task.number,
        "text": task.text,
        "unit_clause": task.unit_clause,
        "measures": [{"order": each.order, "text": each.text, "deliverable": each.deliverable} for each in measures],
    }
    return {"task": task_state(task), "task_text": text}


def _note(run: Run, task: Task, before: dict[str, Any] | None) -> None:
    """Count the task; one whose facts were corrected is a new version of itself."""
    after = _state(task)
    if before is not None and before != after:
        task.version, task.updated_at = task.version + 1, run.now
        task.save(update_fields=["version", "updated_at"])
        after["task"]["version"] = task.version
    run.report.count("task", before, after)
    for kind, state in after.items():
        run.remember(kind, task.key, before[kind] if before else None, state)


def _load_task(run: Run, plan: Plan, task: Task | None, *, entry: Entry, facts: values.Values) -> None:
    if task is None:
        task = Task.objects.create(plan=plan, number=entry["number"], updated_at=run.now, **facts)
        _assign(run, task, entry["units"])
    else:
        _correct(task, facts)
        _note_assignments(run, task, entry["units"])
    if {zone.code for zone in task.zones.all()} != set(entry["zones"]):
        task.zones.set(entry["zones"])
    _load_measures(run, task, entry["measures"])


def _correct(task: Task, facts: values.Values) -> None:
    wrong = [name for name, value in facts.items() if getattr(task, name) != value]
    for name in wrong:
        setattr(task, name, facts[name])
    if wrong:
        task.save(update_fields=wrong)


def _assign(run: Run, task: Task, units: list[str]) -> None:
    """The first of the list leads (排在首位的为牵头单位)."""
    roles = [Assignment.Role.LEAD, *[Assignment.Role.CO] * (len(units) - 1)]
    Assignment.objects.bulk_create(
        Assignment(task=task, agency_id=unit, role=role, order=order)
        for order, (unit, role) in enumerate(zip(units, roles, strict=True), start=1)
    )
    run.report["assignment"].created += len(units)


def _note_assignments(run: Run, task: Task, units: list[str]) -> None:
    """Who answers for a task that exists is the office's to change, so nothing is touched.

    A link that has moved to a successor is counted as what it is in the plan.
    """
    held = list(task.assignments.order_by("order"))
    named = [unit for link in held for unit in (link.plan_agency_id or link.agency_id, *link.joined)]
    run.report["assignment"].unchanged += len(named)
    run.report["assignment"].kept += [link.agency_id for link in held] != units


def _load_measures(run: Run, task: Task, entries: list[Entry]) -> None:
    """The sentences of the text, each at its place; its state and its deliverable form are people's to change."""
    rows = {row.order: row for row in task.measures.all()}
    for entry in entries:
        row = rows.pop(entry["order"], None)
        run.note_kept("measure", row, {"deliverable": entry["deliverable"]})
        run.report.count("measure", row and row.text, entry["text"])
        if row is None:
            Measure.objects.create(task=task, **entry)
        elif row.text != entry["text"]:
            row.text = entry["text"]
            row.save(update_fields=["text"])
    _remove(task, list(rows.values()))


def _remove(task: Task, surplus: list[Measure]) -> None:
    for measure in surplus:
        if measure.status != MeasureStatus.NOT_STARTED:
            words = {"task": task.number, "order": measure.order}
            raise LoadError(_("任务 %(task)s 的举措 %(order)s 已有进展，不能因订正原文而删去。") % words)
        measure.delete()
