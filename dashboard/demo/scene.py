"""One task with those who work on it, and the script that its steps are written into."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from agencies.models import User
from dashboard.demo.cases import Case
from dashboard.demo.people import People
from dashboard.demo.script import Script
from dashboard.demo.timetable import Timetable
from progress.models import Report
from tasks.models import Measure, Task

# Working days before loading on which a live report that stops half-way is sent.
LIVE_SENT = 2


@dataclass
class Scene:
    """`supporting` are the codes of the co-responsible units; `reports` fills while the script is performed."""

    case: Case
    task: Task
    measures: list[Measure]
    supporting: list[str]
    people: People
    timetable: Timetable
    script: Script
    reports: dict[int, Report] = field(default_factory=dict)

    @property
    def reporter(self) -> User:
        return self.people.reporter(self.task.lead_code or "")

    @property
    def approver(self) -> User:
        return self.people.approver(self.task.lead_code or "")

    @property
    def supervisor(self) -> User:
        return self.people.supervisor(self.case.number)

    @property
    def speakers(self) -> list[User]:
        """The reporters of those co-responsible units that have one; the other units stay silent."""
        found = (self.people.by_name.get(f"{unit}-reporter") for unit in self.supporting)
        return [user for user in found if user]

    def on(self, day: date, hour: int, act: Callable[..., object]) -> None:
        """Write a step down, at each task's own minute; what has not come by the day of loading is left out."""
        if self.timetable.is_past(day):
            minute = self.case.number % 60
            self.script.add(self.timetable.at(day, hour, minute), lambda now: act(now=now))
