"""What happens to one task in the demonstration, from its order to the day of loading."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from agencies.models import User
from dashboard.demo.cases import LAST_CLOSED, UNISSUED, UNTOUCHED, Case, round_to_five
from dashboard.demo.files import evidence_file
from dashboard.demo.people import LOADER, People
from dashboard.demo.script import Script
from dashboard.demo.texts import content, words
from dashboard.demo.timetable import QUARTERS_BACK, ReportDays, Timetable
from progress.actions import add_evidence, approve_report, draft_report, return_report, save_report, submit_report
from progress.actions.content import ReportContent
from progress.models import Period, Report
from tasks.actions import change_status, mark_demo, set_deadline, set_measure_status, set_milestones
from tasks.models import DueBasis, Measure, MeasureStatus, Task

EVIDENCE_KINDS = ("pdf", "csv", "png")
# Each seventh report of the year comes in late, each tenth says that nothing has changed.
LATE_RHYTHM, QUIET_RHYTHM = 7, 10


@dataclass
class Story:
    """One task, those who work on it, and the steps that are written down for it."""

    case: Case
    task: Task
    measures: list[Measure]
    people: People
    timetable: Timetable
    script: Script
    reports: dict[int, Report] = field(default_factory=dict)

    def write(self) -> None:
        """Write down every step of the task."""
        if self.case.kind in UNTOUCHED:
            return
        self._set_up()
        if self.case.kind not in UNISSUED:
            self._issue()
        if self.case.is_received:
            self._report()
            self._mark_measures()
            self._end()

    # -- the office sets the task up, the lead unit receives it

    def _set_up(self) -> None:
        case, table = self.case, self.timetable
        day = (
            table.back(5) if case.kind in {"planned", "issued"} else table.first_day(case.begins, plus=case.number % 5)
        )
        self._on(day, 9, partial(mark_demo, task=self.task, by=LOADER))
        self._on(day, 9, partial(self._set_deadline, due_date=case.first_due_date(table)))
        self._on(day, 10, partial(self._set_milestones))
        if case.moved:
            self._on(
                table.back(45), 15, partial(self._set_deadline, due_date=case.due_date(table), reason=words("moved"))
            )

    def _set_deadline(self, now: datetime, *, due_date: date, reason: str = "") -> None:
        set_deadline(
            task=self.task, start_date=self.case.start_date(self.timetable), due_date=due_date, reason=reason, now=now,
            basis=DueBasis.LEAD if self.case.number % 4 == 0 else DueBasis.OFFICE,
            note="演示数据：为演示而设，不是方案或办公室规定的时限", by=self.people.supervisor(self.case.number),
        )  # fmt: skip

    def _set_milestones(self, now: datetime) -> None:
        milestones = self.case.milestones(self.timetable)
        set_milestones(task=self.task, milestones=milestones, by=self.people.supervisor(self.case.number), now=now)

    def _issue(self) -> None:
        start = self.case.start_date(self.timetable)
        self._change("issue", start, 9)
        if self.case.is_received:
            self._change("receive", self.timetable.calendar.after(start, 1), 10)

    # -- the lead unit reports, the office reviews

    def _report(self) -> None:
        slots = self._slots()
        approved = [period for period, days in slots if self.timetable.is_past(days.review)]
        percents = self._percents(len(approved))
        for index, (period, days) in enumerate(slots):
            percent = percents[min(index, len(percents) - 1)] if percents else self.case.target(self.timetable)
            is_quiet = 0 < index < len(percents) - 1 and self._is_quiet(period)
            if is_quiet:
                percents[index] = percent = percents[index - 1]
            self._report_once(period, days, self._text(period, percent, no_change=is_quiet))
        if self.case.live:
            self._report_live(percents[-1])

    def _slots(self) -> list[tuple[int, ReportDays]]:
        """The periods for which the unit reports, with the days; the live one only as far as its days have come."""
        last = self.case.period if self.case.is_complete else QUARTERS_BACK
        slots = []
        for period in range(self.case.begins, last + 1):
            days = self._days(period)
            if period != self.case.missing and self._is_open(period) and self.timetable.is_past(days.draft):
                slots.append((period, days))
        return slots

    def _days(self, period: int) -> ReportDays:
        if self.case.is_complete and period == self.case.period:
            return self.case.final_days(self.timetable)
        late = 1 + self.case.number % 3 if (self.case.number + period) % LATE_RHYTHM == 0 else 0
        return self.timetable.report_days(period, self.case.number, late=late)

    def _is_open(self, period: int) -> bool:
        """A suspended task owes nothing, and a live report that stops half-way is written by `_report_live`."""
        if self.case.kind == "suspended":
            return period < LAST_CLOSED
        return period < QUARTERS_BACK or not (self.case.live or self.case.missing)

    def _percents(self, count: int) -> list[int]:
        """What is approved from one report to the next, up to the percent that makes today's light."""
        target = self.case.target(self.timetable)
        rising = [round_to_five(target * (place + 1) / count) for place in range(count - 1)]
        return [min(each, target) for each in rising] + [target] * bool(count)

    def _is_quiet(self, period: int) -> bool:
        return (self.case.number + period * 3) % QUIET_RHYTHM == 0

    def _report_once(self, period: int, days: ReportDays, text: ReportContent) -> None:
        self._on(days.draft, 9, partial(self._draft, period=period, text=text))
        if (self.case.number + period) % 2:
            self._on(days.draft, 10, partial(self._add_evidence, period=period))
        self._on(days.submit, 11 + self.case.number % 4, partial(self._submit, period=period))
        if period == self.case.corrected:
            self._on(days.submit, 15, partial(self._return, period=period, reason=0))
            self._on(days.submit, 16, partial(self._correct, period=period, text=text))
            self._on(days.submit, 17, partial(self._submit, period=period))
        self._on(days.review, 9 + self.case.number % 8, partial(self._approve, period=period))

    def _report_live(self, percent: int) -> None:
        """This quarter's report of a task that waits for somebody on the day of loading."""
        period, table = QUARTERS_BACK, self.timetable
        text = self._text(period, min(percent + 5, 95))
        self._on(table.recent(3), 9, partial(self._draft, period=period, text=text))
        self._on(table.recent(3), 10, partial(self._add_evidence, period=period))
        if self.case.live in {"waiting", "returned"}:
            self._on(table.recent(2), 14, partial(self._submit, period=period))
        if self.case.live == "returned":
            self._on(table.recent(1), 16, partial(self._return, period=period, reason=1))

    def _text(self, period: int, percent: int, *, no_change: bool = False) -> ReportContent:
        return content(self.case, self.measures, period=period, percent=percent, no_change=no_change)

    def _draft(self, now: datetime, *, period: int, text: ReportContent) -> None:
        row = Period.objects.get(code=self.timetable.periods[period].code)
        self.reports[period] = draft_report(
            task=self.task, period=row, content=text, by=self._reporter, now=now, is_demo=True
        )

    def _add_evidence(self, now: datetime, *, period: int) -> None:
        report = self.reports[period]
        kind = EVIDENCE_KINDS[(self.case.number + period) % len(EVIDENCE_KINDS)]
        file = evidence_file(kind, self.task, report.period_id)
        evidence = add_evidence(report=report, file=file, by=self._reporter, now=now, is_demo=True)
        self.script.files.append(evidence.file)

    def _submit(self, now: datetime, *, period: int) -> None:
        self.reports[period] = submit_report(report=self.reports[period], by=self._approver, now=now)

    def _return(self, now: datetime, *, period: int, reason: int) -> None:
        self.reports[period] = return_report(
            report=self.reports[period], reason=words("return_reasons", reason), by=self._supervisor, now=now
        )

    def _correct(self, now: datetime, *, period: int, text: ReportContent) -> None:
        report = self.reports[period]
        self.reports[period] = save_report(
            report=report, content=text, version=report.version, by=self._reporter, now=now
        )

    def _approve(self, now: datetime, *, period: int) -> None:
        approve_report(report=self.reports[period], by=self._supervisor, now=now)

    def _mark_measures(self) -> None:
        """As many sentences done as the percent says, from the first on, and the next one under way."""
        reviewed = [days.review for _period, days in self._slots() if self.timetable.is_past(days.review)]
        if not reviewed:
            return
        percent = 100 if self.case.is_complete else self.case.target(self.timetable)
        done = len(self.measures) * percent // 100
        states = [MeasureStatus.DONE] * done + [MeasureStatus.ONGOING]
        for measure, status in zip(self.measures, states, strict=False):
            mark = partial(set_measure_status, task=self.task, order=measure.order, status=status, by=self._reporter)
            self._on(max(reviewed), 16, mark)

    # -- how it ends, or stands still

    def _end(self) -> None:
        ends = {"suspended": self._stand_still, "standing": self._stand_still}
        if self.case.is_complete:
            self._close()
        elif self.case.kind in ends:
            ends[self.case.kind]()

    def _stand_still(self) -> None:
        verb, day = ("suspend", 45) if self.case.kind == "suspended" else ("make_standing", 60)
        self._change(verb, self.timetable.back(day), 11, text=words("bases", verb))

    def _close(self) -> None:
        table = self.timetable
        asked = table.calendar.after(self.case.final_days(table).review, 1)
        if self.case.kind == "closing":
            asked = max(asked, table.back(2))
        self._change("ask_closing", asked, 11)
        if self.case.kind != "closing":
            self._change("close", table.calendar.after(asked, 2), 15)
        if self.case.kind == "signed_off":
            self._change("sign_off", table.calendar.after(asked, 15), 15)

    def _change(self, verb: str, day: date, hour: int, *, text: str = "") -> None:
        by = {"receive": self._reporter, "ask_closing": self._approver}.get(verb, self.people.director)
        self._on(day, hour, partial(change_status, task=self.task, verb=verb, by=by, text=text))

    # -- who and when

    @property
    def _reporter(self) -> User:
        return self.people.reporter(self.task.lead_code or "")

    @property
    def _approver(self) -> User:
        return self.people.approver(self.task.lead_code or "")

    @property
    def _supervisor(self) -> User:
        return self.people.supervisor(self.case.number)

    def _on(self, day: date, hour: int, act: Callable[..., object]) -> None:
        """Write a step down, at each task's own minute; what has not come by the day of loading is left out."""
        if self.timetable.is_past(day):
            minute = self.case.number % 60
            self.script.add(self.timetable.at(day, hour, minute), lambda now: act(now=now))
