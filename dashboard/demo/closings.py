"""How a task of the demonstration comes to its end: asked for, heard, checked by one, decided by another."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from agencies.models import User
from dashboard.demo.files import evidence_file
from dashboard.demo.scene import Scene
from dashboard.demo.texts import words
from progress.actions import (
    accept_closing,
    add_deliverable,
    check_closing,
    draft_closing,
    hear_closing,
    mark_silent,
    send_closing,
)
from progress.models import Closing
from progress.models.closing import HEARING_DAYS
from tasks.actions import change_status

# Working days before loading on which a request that is not decided yet was drafted.
DRAFTED_BACK = {"drafted": 2, "closing": 8, "checked": 10}
SENT_AFTER = HEARING_DAYS + 1
SIGNED_OFF_AFTER = 15


@dataclass
class ClosingStory:
    """The steps of one closing request, as far as the case tells."""

    scene: Scene
    closing: Closing | None = None

    def write(self) -> None:
        kind, on = self.scene.case.kind, self.scene.on
        drafted = self._first_day()
        sent = self._after(drafted, SENT_AFTER)
        on(drafted, 11, self._draft)
        for speaker in self.scene.speakers[: 2 if kind == "drafted" else None]:
            on(self._after(drafted, 1), 14, partial(self._hear, speaker=speaker))
        if kind == "drafted":
            return
        on(sent, 9, self._mark_silent)
        on(sent, 11, self._send)
        if kind == "closing":
            return
        on(self._after(sent, 1), 15, self._check)
        if kind != "checked":
            on(self._after(sent, 2), 15, self._accept)
        if kind == "signed_off":
            on(self._after(sent, SIGNED_OFF_AFTER), 15, self._sign_off)

    def _first_day(self) -> date:
        table, case = self.scene.timetable, self.scene.case
        day = self._after(case.final_days(table).review, 1)
        back = DRAFTED_BACK.get(case.kind)
        return max(day, table.back(back)) if back else day

    def _after(self, day: date, workdays: int) -> date:
        return self.scene.timetable.calendar.after(day, workdays)

    @property
    def _request(self) -> Closing:
        assert self.closing is not None
        return self.closing

    def _draft(self, now: datetime) -> None:
        scene = self.scene
        self.closing = draft_closing(
            task=scene.task, statement=words("closing"), by=scene.reporter, now=now, is_demo=True
        )
        file = evidence_file("pdf", scene.task, "成果")
        evidence = add_deliverable(closing=self.closing, file=file, by=scene.reporter, now=now, is_demo=True)
        scene.script.files.append(evidence.file)

    def _hear(self, now: datetime, *, speaker: User) -> None:
        hearing = self._request.hearings.get(agency=speaker.agency)
        hear_closing(hearing=hearing, answer="agreed", text=words("heard"), by=speaker, now=now)

    def _mark_silent(self, now: datetime) -> None:
        if self._request.hearings.filter(answer="").exists():
            mark_silent(closing=self._request, by=self.scene.reporter, now=now)

    def _send(self, now: datetime) -> None:
        send_closing(closing=self._request, by=self.scene.approver, now=now)

    def _check(self, now: datetime) -> None:
        check_closing(closing=self._request, note=words("checked"), by=self.scene.supervisor, now=now)

    def _accept(self, now: datetime) -> None:
        accept_closing(closing=self._request, by=self.scene.people.director, now=now)

    def _sign_off(self, now: datetime) -> None:
        change_status(task=self.scene.task, verb="sign_off", by=self.scene.people.director, now=now)
