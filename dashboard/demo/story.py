"""What happens to one task in the demonstration, from its order to the day of loading."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from dashboard.demo.cases import UNRECEIVED, UNTOUCHED
from dashboard.demo.closings import ClosingStory
from dashboard.demo.people import LOADER
from dashboard.demo.reporting import ReportStory
from dashboard.demo.requests import RequestStory, write_sent_back
from dashboard.demo.scene import Scene
from dashboard.demo.texts import words
from tasks.actions import change_status, mark_demo, set_deadline, set_milestones
from tasks.models import DueBasis


@dataclass
class Story:
    """Everything that is written down for one task."""

    scene: Scene

    def write(self) -> None:
        """Write down every step of the task."""
        case = self.scene.case
        if case.kind in UNTOUCHED:
            return
        self._set_up()
        self._issue()
        if case.kind == "sent_back":
            write_sent_back(self.scene)
        if case.is_received:
            ReportStory(self.scene).write()
            RequestStory(self.scene).write()
            self._end()

    # -- the office sets the task up, the lead unit receives it

    def _set_up(self) -> None:
        case, table, on = self.scene.case, self.scene.timetable, self.scene.on
        is_new = case.kind in UNRECEIVED
        day = table.back(5) if is_new else table.first_day(case.begins, plus=case.number % 5)
        on(day, 9, partial(mark_demo, task=self.scene.task, by=LOADER))
        on(day, 9, partial(self._set_deadline, due_date=case.first_due_date(table)))
        on(day, 10, self._set_milestones)
        if case.moved and not case.extension:
            moved = partial(self._set_deadline, due_date=case.due_date(table), reason=words("moved"))
            on(table.back(45), 15, moved)

    def _set_deadline(self, now: datetime, *, due_date: date, reason: str = "") -> None:
        case = self.scene.case
        set_deadline(
            task=self.scene.task, start_date=case.start_date(self.scene.timetable), due_date=due_date, reason=reason,
            basis=DueBasis.LEAD if case.number % 4 == 0 else DueBasis.OFFICE, now=now,
            note="演示数据：为演示而设，不是方案或办公室规定的时限", by=self.scene.supervisor,
        )  # fmt: skip

    def _set_milestones(self, now: datetime) -> None:
        milestones = self.scene.case.milestones(self.scene.timetable)
        set_milestones(task=self.scene.task, milestones=milestones, by=self.scene.supervisor, now=now)

    def _issue(self) -> None:
        start = self.scene.case.start_date(self.scene.timetable)
        self._change("issue", start, 9)
        if self.scene.case.is_received:
            self._change("receive", self.scene.timetable.calendar.after(start, 1), 10)

    # -- how it ends, or stands still

    def _end(self) -> None:
        table = self.scene.timetable
        if self.scene.case.is_complete:
            ClosingStory(self.scene).write()
        elif self.scene.case.kind == "suspended":
            self._change("suspend", table.back(45), 11, text=words("bases", "suspend"))
        elif self.scene.case.kind == "standing":
            self._change("make_standing", table.back(60), 11, text=words("bases", "make_standing"))

    def _change(self, verb: str, day: date, hour: int, *, text: str = "") -> None:
        by = self.scene.reporter if verb == "receive" else self.scene.people.director
        self.scene.on(day, hour, partial(change_status, task=self.scene.task, verb=verb, by=by, text=text))
