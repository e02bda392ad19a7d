"""What the units ask of the office in the demonstration, and what it grants: time, exemptions, answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from dashboard.demo.scene import LIVE_SENT, Scene
from dashboard.demo.texts import OFFICE, words
from progress.actions import answer_ask
from tasks.actions import (
    ExtensionInput,
    change_status,
    draft_extension,
    grant_exemption,
    grant_extension,
    refuse_extension,
    send_extension,
)
from tasks.models import Extension, Task

# Working days before loading on which an extension is sent; it is answered, if at all, two working days later.
SENT_BACK = {"waiting": 1, "granted": 45, "refused": 20}
EXEMPT_BACK, EXEMPT_AHEAD = 25, 40


@dataclass
class RequestStory:
    """The steps of one task's requests."""

    scene: Scene
    extension: Extension | None = None

    def write(self) -> None:
        case = self.scene.case
        if case.extension:
            self._ask_for_time()
        if case.exempt:
            self.scene.on(self.scene.timetable.back(EXEMPT_BACK), 16, self._exempt)
        if case.answered:
            self._answer_ask()

    # -- an extension

    def _ask_for_time(self) -> None:
        table, on = self.scene.timetable, self.scene.on
        back = SENT_BACK[self.scene.case.extension]
        on(table.back(back), 9, self._draft)
        on(table.back(back), 15, self._send)
        answers = {"granted": self._grant, "refused": self._refuse}
        if answer := answers.get(self.scene.case.extension):
            on(table.back(back - 2), 16, answer)

    def _draft(self, now: datetime) -> None:
        scene, table = self.scene, self.scene.timetable
        due = scene.case.due_date(table)
        if scene.case.extension == "granted":
            wanted = due
        else:
            wanted = due + timedelta(days=scene.case.longer)
        percent = Task.objects.only("percent").get(pk=scene.task.pk).percent
        entered = ExtensionInput(wanted_date=wanted, percent=percent, reason=words("extension", "reason"))
        self.extension = draft_extension(task=scene.task, entered=entered, by=scene.reporter, now=now, is_demo=True)

    def _send(self, now: datetime) -> None:
        assert self.extension is not None
        self.extension = send_extension(extension=self.extension, by=self.scene.approver, now=now)

    def _grant(self, now: datetime) -> None:
        assert self.extension is not None
        due = self.scene.case.due_date(self.scene.timetable)
        director, why = self.scene.people.director, words("extension", "granted")
        grant_extension(extension=self.extension, granted_date=due, decision=why, by=director, now=now)

    def _refuse(self, now: datetime) -> None:
        assert self.extension is not None
        director, why = self.scene.people.director, words("extension", "refused")
        refuse_extension(extension=self.extension, reason=why, by=director, now=now)

    # -- the rest

    def _exempt(self, now: datetime) -> None:
        scene, table = self.scene, self.scene.timetable
        grant_exemption(
            task=scene.task, reason=words("exemption", "reason"), basis=words("exemption", "basis"),
            starts_on=now.date(), ends_on=table.ahead(EXEMPT_AHEAD), by=scene.people.director, now=now,
        )  # fmt: skip

    def _answer_ask(self) -> None:
        """On the working day after the report came in."""
        case, table = self.scene.case, self.scene.timetable
        sent = table.recent(LIVE_SENT) if case.live else case.report_days(table, case.asking).submit
        self.scene.on(table.calendar.after(sent, 1), 15, self._answer)

    def _answer(self, now: datetime) -> None:
        scene, case = self.scene, self.scene.case
        by = scene.supervisor if case.ask == OFFICE else scene.people.reporter(case.ask)
        answer_ask(report=scene.reports[case.asking], text=words("answers", case.number), by=by, now=now)


def write_sent_back(scene: Scene) -> None:
    """申请改派: the order comes back with a reason, within the days that the unit has for it."""
    text = words("bases", "refuse")
    scene.on(
        scene.timetable.back(2), 15,
        partial(change_status, task=scene.task, verb="refuse", by=scene.approver, text=text),
    )  # fmt: skip
