"""填报: what is typed is kept, dropped and had back, and a draft made by one click is taken back."""

from types import SimpleNamespace

from progress.actions import draft_report, keep_working_copy
from progress.models import Report
from tests.factories import NOW, TaskFactory, report_content
from tests.permission_table.rows import AS_IT_IS, LEAD, OUTSIDER, READERS, Row, get, post

TYPED = {"period": "2026Q4", "based_on": "0", "percent": "95", "progress": "刚写到一半"}

ROWS: tuple[Row, ...] = (
    get("progress:working_copy", LEAD, on="typed", seen=READERS, query="period=2026Q4", status=302),
    post("progress:working_copy", LEAD, TYPED, on="dropped", seen=READERS),
    post("progress:working_copy", LEAD, {**TYPED, "progress": "长" * 5000}, on="dropped", seen=READERS, status=400),
    post("progress:working_copy", OUTSIDER, TYPED, on="other_task", seen=READERS),
    post("progress:working_copy_drop", LEAD, {"period": "2026Q4"}, on="typed", seen=READERS, changing=LEAD),
    post("progress:discard", LEAD, {"version": AS_IT_IS}, on="clicked", seen=LEAD),
    post("progress:discard", LEAD, {"version": AS_IT_IS}, on="approved", seen=READERS, status=409),
)


def stage(world: SimpleNamespace) -> None:
    """`typed`, a task whose report both people of the unit are at; `dropped`, one where nothing is kept; `clicked`, a
    draft as one click makes it.
    """
    world.typed = TaskFactory(number=41, lead=world.lead)
    for person in (world.lead_reporter, world.lead_approver):
        keep_working_copy(
            task=world.typed, period=world.period, fields={"progress": "写到这里"}, based_on=0, by=person, now=NOW
        )
    world.dropped = TaskFactory(number=42, lead=world.lead)
    world.clicked = draft_report(
        task=world.dropped, period=world.period, content=report_content(), by=world.lead_reporter, now=NOW
    )
    Report.objects.filter(pk=world.clicked.pk).update(no_change=True)
