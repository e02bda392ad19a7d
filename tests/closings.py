"""Tasks on their way to the end, through the actions themselves: who asks, who is heard, who checks, who decides."""

from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import User
from ledger.models import Event
from progress.actions import accept_closing, add_deliverable, check_closing, draft_closing, hear_closing, send_closing
from progress.models import Closing, Evidence, Hearing
from tasks.models import Task
from tests.factories import NOW, UserFactory

STATEMENT = "平台建成并通过验收，制度已印发执行。"


def deliverable(name="验收报告.csv", text="项目,结论\n平台,通过\n"):
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def draft(task, *, reporter, now=NOW, statement=STATEMENT) -> Closing:
    """A draft with a file; nobody has answered yet. The task must be ongoing and approved at 100 %."""
    closing = draft_closing(task=task, statement=statement, by=reporter, now=now)
    add_deliverable(closing=closing, file=deliverable(), by=reporter, now=now)
    return closing


def hear_all(closing, *, now=NOW, answers=None) -> Closing:
    """Every unit that has not answered yet agrees; `answers` maps a unit's code to its objection instead."""
    for hearing in closing.hearings.filter(answer=""):
        text = (answers or {}).get(hearing.agency_id, "")
        answer = "objected" if text else "agreed"
        hear_closing(hearing=hearing, answer=answer, text=text, by=speaker(hearing.agency), now=now)
    return closing


def speaker(agency) -> User:
    """Somebody who answers for a unit: one of its own people, or a new one."""
    own = User.objects.people().serving().filter(agency=agency, role__in=("reporter", "approver"))
    return own.order_by("pk").first() or UserFactory(agency=agency)


def ask_closing(task, *, reporter, approver, now=NOW, answers=None) -> Closing:
    """The task waits for its check (status closing), with every co-unit heard; `closing.task` is the task."""
    closing = hear_all(draft(task, reporter=reporter, now=now), now=now, answers=answers)
    return send_closing(closing=closing, by=approver, now=now)


def close(task, *, reporter, approver, supervisor, director, now=NOW) -> Closing:
    """The task is closed: asked for, checked by one, decided by another; `closing.task` is the task."""
    closing = ask_closing(task, reporter=reporter, approver=approver, now=now)
    check_closing(closing=closing, by=supervisor, now=now)
    return accept_closing(closing=closing, by=director, now=now)


def fresh(closing) -> Closing:
    return Closing.objects.with_lead().select_related("task__plan").get(pk=closing.pk)


def last_event(kind="closing") -> Event:
    return Event.objects.filter(kind=kind).latest("sequence")


@contextmanager
def refused(refusal, match=None):
    """The block raises this refusal, and afterwards every row is what it was and nothing was recorded."""
    before = everything()
    with pytest.raises(refusal, match=match) as raised:
        yield raised
    assert everything() == before


def everything():
    tables = (Closing, Hearing, Task, Evidence)
    return [list(model.objects.order_by("pk").values()) for model in tables], Event.objects.count()
