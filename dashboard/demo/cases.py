"""What the demonstration tells about each task, read from cases.yaml, with its dates and percents worked out."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from dashboard.demo.timetable import QUARTERS_BACK, ReportDays, Timetable
from tasks.actions import MilestoneInput
from tasks.planned import Mark, planned_percent

FOLDER = Path(__file__).parent
LAST_CLOSED = QUARTERS_BACK - 1
# How far the last approved percent lies behind the planned one, in points.
STEADY_GAPS = (-3, 0, 3, 5, 7)
GAPS = {"lagging": 17, "stuck": 38}
MARKS = ((0.25, 20, "印发工作方案"), (0.5, 45, "首批事项落地"), (0.75, 72, "中期评估完成"))
UNTOUCHED, UNRECEIVED = {"unset"}, {"unset", "sent_back", "issued"}
COMPLETE = {"drafted", "closing", "checked", "closed", "late", "signed_off"}
# Each seventh report of the year comes in late.
LATE_RHYTHM = 7


def read_yaml(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Case:
    """One task's part in the demonstration; the fields are explained in cases.yaml."""

    number: int
    kind: str
    due: int | None = None
    workdays: int | None = None
    percent: int | None = None
    begins: int = 0
    period: int = LAST_CLOSED
    moved: int = 0
    missing: int | None = None
    corrected: int | None = None
    live: str = ""
    ask: str = ""
    answered: bool = False
    extension: str = ""
    longer: int = 0
    exempt: bool = False
    parts: str = ""
    urged: str = ""

    @property
    def is_received(self) -> bool:
        return self.kind not in UNRECEIVED

    @property
    def is_complete(self) -> bool:
        """Whether its last report says 100 %."""
        return self.kind in COMPLETE

    def start_date(self, timetable: Timetable) -> date:
        """The day after the order."""
        if self.kind == "sent_back":
            return timetable.back(3)
        if self.kind == "issued":
            return timetable.back(1)
        return timetable.first_day(self.begins, plus=2 + self.number % 5)

    def report_days(self, timetable: Timetable, period: int) -> ReportDays:
        """The days of the report for the n-th quarter."""
        if self.is_complete and period == self.period:
            return self.final_days(timetable)
        late = 1 + self.number % 3 if (self.number + period) % LATE_RHYTHM == 0 else 0
        return timetable.report_days(period, self.number, late=late)

    @property
    def asking(self) -> int:
        """The quarter whose report asks for help: the live one where that stops half-way, else the last one closed."""
        return QUARTERS_BACK if self.live else LAST_CLOSED

    def final_days(self, timetable: Timetable) -> ReportDays:
        """The days of the report that says 100 %, early enough for what follows it."""
        return timetable.report_days(self.period, self.number, early=9)

    def due_date(self, timetable: Timetable) -> date:
        """The deadline in force on the day of loading."""
        if self.kind in {"closed", "signed_off"}:
            return timetable.calendar.after(self.final_days(timetable).review, 14)
        if self.kind == "late":
            return timetable.calendar.after(self.final_days(timetable).review, -9)
        if self.workdays is not None:
            return timetable.calendar.after(timetable.today, self.workdays)
        return timetable.ahead(self.due or 0)

    def first_due_date(self, timetable: Timetable) -> date:
        """The first deadline, before it was moved."""
        return timetable.ahead((self.due or 0) - self.moved) if self.moved else self.due_date(timetable)

    def milestones(self, timetable: Timetable) -> list[MilestoneInput]:
        start, due = self.start_date(timetable), self.first_due_date(timetable)
        return [
            MilestoneInput(f"{name}（演示数据）", start + (due - start) * share, percent)
            for share, percent, name in MARKS
        ]

    def target(self, timetable: Timetable) -> int:
        """The last approved percent: what makes the light of the day of loading."""
        if self.is_complete:
            return 100
        if self.percent is not None:
            return self.percent
        marks = [Mark(each.due_on, each.planned_percent) for each in self.milestones(timetable)]
        dates = {"start": self.start_date(timetable), "due": self.due_date(timetable)}
        planned = planned_percent(marks, on=timetable.today, **dates) or 0
        gap = GAPS.get(self.kind, STEADY_GAPS[self.number % len(STEADY_GAPS)])
        return min(max(round_to_five(planned - gap), 5), 95)


def round_to_five(percent: float) -> int:
    """People report in steps of five."""
    return 5 * round(percent / 5)


def read_cases() -> list[Case]:
    return [Case(**entry) for entry in read_yaml("cases")]
