"""What the units report on one task in the demonstration: quarters, months while it is yellow or red, their parts."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from agencies.models import User
from dashboard.demo.cases import LAST_CLOSED, round_to_five
from dashboard.demo.files import evidence_file
from dashboard.demo.scene import LIVE_SENT, Scene
from dashboard.demo.texts import content, month_content, part_text, words
from dashboard.demo.timetable import QUARTERS_BACK, ReportDays
from progress.actions import (
    add_evidence,
    approve_report,
    draft_report,
    give_contribution,
    return_report,
    save_report,
    submit_report,
)
from progress.actions.content import ReportContent
from progress.models import Period, Report
from tasks.actions import set_measure_status
from tasks.models import MeasureStatus, Task

EVIDENCE_KINDS = ("pdf", "csv", "png")
# Each tenth report of the year says that nothing has changed.
QUIET_RHYTHM = 10
# Of the co-responsible units with a reporter the first gives words, the second says no change, the third is silent.
PART_RHYTHM = 3


@dataclass
class ReportStory:
    """The steps of one task's reports."""

    scene: Scene

    def write(self) -> None:
        case, table = self.scene.case, self.scene.timetable
        slots = self._slots()
        approved = [period for period, days in slots if table.is_past(days.review)]
        percents = self._percents(len(approved))
        for index, (period, days) in enumerate(slots):
            percent = percents[min(index, len(percents) - 1)] if percents else case.target(table)
            is_quiet = 0 < index < len(percents) - 1 and self._is_quiet(period)
            if is_quiet:
                percents[index] = percent = percents[index - 1]
            self._report_once(period, days, self._text(period, percent, no_change=is_quiet))
        if case.live:
            self._report_live(percents[-1])
        self._report_months()
        self._mark_measures(slots)

    # -- when, and how far

    def _slots(self) -> list[tuple[int, ReportDays]]:
        """The periods for which the unit reports, with the days; the live one only as far as its days have come."""
        case, table = self.scene.case, self.scene.timetable
        last = case.period if case.is_complete else QUARTERS_BACK
        periods = [each for each in range(case.begins, last + 1) if each != case.missing and self._is_open(each)]
        slots = [(period, case.report_days(table, period)) for period in periods]
        return [(period, days) for period, days in slots if table.is_past(days.draft)]

    def _is_open(self, period: int) -> bool:
        """A suspended task owes nothing, and a live report that stops half-way is written by `_report_live`."""
        case = self.scene.case
        if case.kind == "suspended":
            return period < LAST_CLOSED
        return period < QUARTERS_BACK or not (case.live or case.missing)

    def _percents(self, count: int) -> list[int]:
        """What is approved from one report to the next, up to the percent that makes today's light."""
        target = self.scene.case.target(self.scene.timetable)
        rising = [round_to_five(target * (place + 1) / count) for place in range(count - 1)]
        return [min(each, target) for each in rising] + [target] * bool(count)

    def _is_quiet(self, period: int) -> bool:
        return (self.scene.case.number + period * 3) % QUIET_RHYTHM == 0

    def _text(self, period: int, percent: int, *, no_change: bool = False) -> ReportContent:
        scene = self.scene
        return content(scene.case, scene.measures, period=period, percent=percent, no_change=no_change)

    # -- the reports of quarters

    def _report_once(self, period: int, days: ReportDays, text: ReportContent) -> None:
        case, on = self.scene.case, self.scene.on
        on(days.draft, 9, partial(self._draft, period=period, text=text))
        if (case.number + period) % 2:
            on(days.draft, 10, partial(self._add_evidence, period=period))
        if case.parts and period >= LAST_CLOSED:
            on(days.draft, 10, partial(self._give_parts, period=period))
        on(days.submit, 11 + case.number % 4, partial(self._submit, period=period))
        if period == case.corrected:
            on(days.submit, 15, partial(self._return, period=period, reason=0))
            on(days.submit, 16, partial(self._correct, period=period, text=text))
            on(days.submit, 17, partial(self._submit, period=period))
        on(days.review, 9 + case.number % 8, partial(self._approve, period=period))

    def _report_live(self, percent: int) -> None:
        """This quarter's report of a task that waits for somebody on the day of loading."""
        period, table, case, on = QUARTERS_BACK, self.scene.timetable, self.scene.case, self.scene.on
        text = self._text(period, min(percent + 5, 95))
        drafted = table.recent(LIVE_SENT + 1)
        on(drafted, 9, partial(self._draft, period=period, text=text))
        on(drafted, 10, partial(self._add_evidence, period=period))
        if case.parts:
            on(drafted, 11, partial(self._give_parts, period=period))
        if case.live in {"waiting", "returned"}:
            on(table.recent(LIVE_SENT), 14, partial(self._submit, period=period))
        if case.live == "returned":
            on(table.recent(1), 16, partial(self._return, period=period, reason=1))

    def _draft(self, now: datetime, *, period: int, text: ReportContent) -> None:
        row = Period.objects.get(code=self.scene.timetable.periods[period].code)
        self.scene.reports[period] = self._draft_for(row, text, now)

    def _draft_for(self, period: Period, text: ReportContent, now: datetime) -> Report:
        scene = self.scene
        return draft_report(task=scene.task, period=period, content=text, by=scene.reporter, now=now, is_demo=True)

    def _add_evidence(self, now: datetime, *, period: int) -> None:
        scene, report = self.scene, self.scene.reports[period]
        kind = EVIDENCE_KINDS[(scene.case.number + period) % len(EVIDENCE_KINDS)]
        file = evidence_file(kind, scene.task, report.period_id)
        evidence = add_evidence(report=report, file=file, by=scene.reporter, now=now, is_demo=True)
        scene.script.files.append(evidence.file)

    def _submit(self, now: datetime, *, period: int) -> None:
        reports = self.scene.reports
        reports[period] = submit_report(report=reports[period], by=self.scene.approver, now=now)

    def _return(self, now: datetime, *, period: int, reason: int) -> None:
        reports, why = self.scene.reports, words("return_reasons", reason)
        reports[period] = return_report(report=reports[period], reason=why, by=self.scene.supervisor, now=now)

    def _correct(self, now: datetime, *, period: int, text: ReportContent) -> None:
        reports, by = self.scene.reports, self.scene.reporter
        reports[period] = save_report(
            report=reports[period], content=text, version=reports[period].version, by=by, now=now
        )

    def _approve(self, now: datetime, *, period: int) -> None:
        approve_report(report=self.scene.reports[period], by=self.scene.supervisor, now=now)

    # -- what the co-responsible units give

    def _give_parts(self, now: datetime, *, period: int) -> None:
        row = Period.objects.get(code=self.scene.timetable.periods[period].code)
        for place, speaker in enumerate(self.scene.speakers):
            if place % PART_RHYTHM != PART_RHYTHM - 1:
                self._give_part(row, now, place=place, period=period, by=speaker)

    def _give_part(self, row: Period, now: datetime, *, place: int, period: int, by: User) -> None:
        """A first part cannot say that nothing has changed."""
        scene = self.scene
        no_change = place % PART_RHYTHM == 1 and period == QUARTERS_BACK
        text = "" if no_change else part_text(scene.case, scene.measures, place=place, period=period)
        give_contribution(task=scene.task, period=row, text=text, no_change=no_change, by=by, now=now, is_demo=True)

    # -- the reports of months, while the task is yellow or red

    def _report_months(self) -> None:
        """Whether a month is owed shows only when it has come. A unit that has missed a quarter stays silent since."""
        case, table = self.scene.case, self.scene.timetable
        silent_from = date.max if case.missing is None else table.periods[case.missing].ends_on
        for period in table.months:
            if period.ends_on < silent_from:
                day = table.calendar.after(period.reports_due_on, -2)
                self.scene.on(day, 10, partial(self._report_month, code=period.code))

    def _report_month(self, now: datetime, *, code: str) -> None:
        """Draft, sending and review on one day, each by its own person."""
        scene = self.scene
        task = Task.objects.filter(pk=scene.task.pk, report_period=code).first()
        if task is None:  # the task owes no report for this month
            return
        row = Period.objects.get(code=code)
        text = month_content(scene.case, scene.measures, code=code, percent=task.percent)
        report = self._draft_for(row, text, now)
        report = submit_report(report=report, by=scene.approver, now=now)
        approve_report(report=report, by=scene.supervisor, now=now)

    # -- the measures

    def _mark_measures(self, slots: list[tuple[int, ReportDays]]) -> None:
        """As many sentences done as the percent says, from the first on, and the next one under way."""
        scene, table = self.scene, self.scene.timetable
        reviewed = [days.review for _period, days in slots if table.is_past(days.review)]
        if not reviewed:
            return
        percent = 100 if scene.case.is_complete else scene.case.target(table)
        done = len(scene.measures) * percent // 100
        states = [MeasureStatus.DONE] * done + [MeasureStatus.ONGOING]
        for measure, status in zip(scene.measures, states, strict=False):
            mark = partial(set_measure_status, task=scene.task, order=measure.order, status=status, by=scene.reporter)
            scene.on(max(reviewed), 16, mark)
