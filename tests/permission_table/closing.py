"""办结申请: who sees a request in each of its states, and whose each change of it is."""

from datetime import timedelta
from types import SimpleNamespace

from progress.actions import accept_closing, check_closing, return_closing, send_closing
from tests import closings
from tests.factories import NOW, TaskFactory
from tests.permission_table.rows import (
    APPROVER,
    AS_IT_IS,
    CO_UNIT,
    DIRECTOR,
    LEAD,
    LEADER,
    OFFICE,
    READERS,
    Row,
    get,
    group,
    post,
)

VERSION = {"version": AS_IT_IS}
UNITS = LEAD | CO_UNIT  # of the task: they see a draft, since they are heard in it
SENT = UNITS | OFFICE | LEADER
STATEMENT = {"statement": "平台建成并通过验收。"}
ANSWER = {**VERSION, "answer": "agreed", "text": ""}
RETURN = {**VERSION, "reason": "请补充验收结论。"}

ROWS: tuple[Row, ...] = (
    get("progress:closings", READERS),
    # -- writing: for the others the address leads to the latest request that they may see ---------------------------
    get("progress:closing", LEAD, on="complete", seen=READERS),
    get("progress:closing", LEAD, on="task", seen=READERS, status=409),  # below 100 %
    get("progress:closing", LEAD | CO_UNIT | OFFICE | LEADER, on="sent_task", seen=READERS, status=302),
    post("progress:closing", LEAD, STATEMENT, on="complete", seen=READERS),
    post("progress:closing", LEAD, STATEMENT, on="task", seen=READERS, status=409),
    post("progress:closing", LEAD, {**STATEMENT, "version": "1"}, on="open_task", seen=READERS),
    # -- reading -----------------------------------------------------------------------------------------------------
    get("progress:closing_detail", on="closing_open", seen=UNITS),
    get("progress:closing_detail", on="closing_sent", seen=SENT),
    get("progress:closing_detail", on="closing_checked", seen=SENT),
    get("progress:closing_detail", on="closing_returned", seen=SENT),
    get("progress:closing_detail", on="closing_accepted", seen=READERS),
    # -- files -------------------------------------------------------------------------------------------------------
    get("progress:evidence", on="deliverable_open", seen=UNITS),
    get("progress:evidence", on="deliverable_sent", seen=SENT),
    get("progress:evidence", on="deliverable_accepted", seen=READERS),
    post("progress:deliverable_add", LEAD, {"files": "file"}, on="closing_open", seen=UNITS),
    post("progress:evidence_remove", LEAD, on="deliverable_open", seen=UNITS),
    # -- the units heard ---------------------------------------------------------------------------------------------
    post("progress:closing_hear", CO_UNIT, ANSWER, on="closing_open", seen=UNITS),
    post("progress:closing_hear", CO_UNIT, {**ANSWER, "version": "2"}, on="closing_sent", seen=SENT, status=409),
    post("progress:closing_silent", LEAD, VERSION, on="closing_overdue", seen=UNITS),
    post("progress:closing_silent", LEAD, VERSION, on="closing_open", seen=UNITS, status=409),
    # -- to the office and back --------------------------------------------------------------------------------------
    post("progress:closing_send", APPROVER, VERSION, on="closing_ready", seen=UNITS),
    post("progress:closing_send", group(), VERSION, on="closing_own", seen=UNITS),  # maker is never checker
    post("progress:closing_send", APPROVER, VERSION, on="closing_open", seen=UNITS, status=409),
    post("progress:closing_withdraw", APPROVER, VERSION, on="closing_sent", seen=SENT),
    post("progress:closing_withdraw", APPROVER, VERSION, on="closing_checked", seen=SENT, status=409),
    # -- the office: one checks, another decides ---------------------------------------------------------------------
    post("progress:closing_check", OFFICE, {**VERSION, "note": "齐全"}, on="closing_sent", seen=SENT),
    post("progress:closing_check", group(), VERSION, on="closing_open", seen=UNITS),
    post("progress:closing_return", OFFICE, RETURN, on="closing_sent", seen=SENT),
    post("progress:closing_return", OFFICE, RETURN, on="closing_checked", seen=SENT),
    post("progress:closing_accept", DIRECTOR, VERSION, on="closing_checked", seen=SENT),
    post("progress:closing_accept", group(), VERSION, on="closing_by_director", seen=SENT),  # who checked decides not
    post("progress:closing_accept", DIRECTOR, VERSION, on="closing_sent", seen=SENT, status=409),
)


def stage(world: SimpleNamespace) -> None:
    """A request in every state, each on a task of its own, led by the lead unit with one unit to be heard."""
    world.complete = _task(world, 61)
    world.closing_open = _draft(world, 62)
    world.open_task = world.closing_open.task
    world.closing_overdue = _draft(world, 63, now=NOW - timedelta(days=14))
    world.closing_ready = closings.hear_all(_draft(world, 64))
    world.closing_own = closings.hear_all(closings.draft(_task(world, 65), reporter=world.lead_approver))
    world.closing_sent, world.closing_checked, world.closing_returned, world.closing_accepted = (
        send_closing(closing=closings.hear_all(_draft(world, number)), by=world.lead_approver, now=NOW)
        for number in (66, 67, 68, 69)
    )
    world.sent_task = world.closing_sent.task
    world.closing_checked = check_closing(closing=world.closing_checked, by=world.supervisor, now=NOW)
    world.closing_returned = return_closing(
        closing=world.closing_returned, reason="请补充。", by=world.supervisor, now=NOW
    )
    accepted = check_closing(closing=world.closing_accepted, by=world.supervisor, now=NOW)
    world.closing_accepted = accept_closing(closing=accepted, by=world.director, now=NOW)
    by_director = send_closing(closing=closings.hear_all(_draft(world, 70)), by=world.lead_approver, now=NOW)
    world.closing_by_director = check_closing(closing=by_director, by=world.director, now=NOW)
    for name in ("open", "sent", "accepted"):
        setattr(world, f"deliverable_{name}", getattr(world, f"closing_{name}").evidence.get())


def _task(world: SimpleNamespace, number: int):
    return TaskFactory(number=number, lead=world.lead, supporting=[world.co], percent=100)


def _draft(world: SimpleNamespace, number: int, *, now=NOW):
    return closings.draft(_task(world, number), reporter=world.lead_reporter, now=now)
