"""What the reminders did in this year, delivered to inboxes alone, and what the office and the units made of them.

Sweeps are dear, so they come only on days on which something is to be seen; a sweep catches up with those before.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from agencies.actions import set_leave
from agencies.models import User
from dashboard.demo.cases import Case
from dashboard.demo.people import People, give_address
from dashboard.demo.script import Script
from dashboard.demo.texts import words
from dashboard.demo.timetable import QUARTERS_BACK, Timetable
from ledger.actors import SYSTEM
from progress.actions import keep_periods
from supervision.actions import (
    answer_notice,
    confirm_notice,
    deliver_batch,
    issue_bulletin,
    issue_notice,
    read_all_messages,
    sweep,
)
from supervision.actions.notices import NoticeCauseGoneError
from supervision.models import Bulletin, Level, Notice
from supervision.status import BulletinStatus, NoticeStatus

# Working days after a missed deadline on which a notice falls due: 催办, then 督办 five days after that was confirmed.
NOTICE_DAYS = (1, 6)
# Working days around the limit of the last closed quarter on which a reminder falls.
AROUND_LIMIT = (-3, 1)
# What the system drafted in these last working days still waits for the office.
LEFT_TO_THE_OFFICE = 6
MANY = 10_000
# What came later still waits to be read.
READ_UNTIL = 14
# Whose mails can be looked at in the folder that the default set-up writes them to.
ADDRESSED = ("commerce-reporter", "commerce-approver", "director")
AWAY, STAND_IN, AWAY_DAYS = "transport-reporter", "transport-approver", 10


@dataclass
class Engine:
    """The sweeps of the year, with what people do about them on the same days."""

    script: Script
    timetable: Timetable
    people: People
    cases: dict[int, Case]

    def write(self) -> None:
        table, add = self.timetable, self.script.add
        for day in sorted(table.month_openings()):
            add(table.at(day, 8, 30), _keep_periods)
        for day in sorted(self._sweep_days()):
            add(table.at(day, 8, 45), self._sweep)
            add(table.at(day, 16, 30), self._urge)
            add(table.at(day, 17, 10), self._answer)
            add(table.at(day, 17, 20), self._publish)
        add(table.at(table.back(READ_UNTIL), 17, 50), self._read_everything)
        add(table.at(table.back(2), 17, 55), self._give_addresses)
        add(table.at(table.back(1), 17, 30), self._go_away)

    def _sweep_days(self) -> set[date]:
        table = self.timetable
        late = [case.due_date(table) for case in self.cases.values() if case.kind == "overdue"]
        days = {table.calendar.after(due, count) for due in late for count in NOTICE_DAYS}
        limit = table.periods[QUARTERS_BACK - 1].reports_due_on
        days |= {table.calendar.after(limit, count) for count in AROUND_LIMIT}
        days |= {table.back(1), table.calendar.next_working_day(table.periods[QUARTERS_BACK - 1].locks_on)}
        return {day for day in days if table.is_past(day)}

    def _sweep(self, now: datetime) -> None:
        """Mails stay in the outbox: whoever starts the system gets those that are still right, as after an outage."""
        sweep(now=now)
        deliver_batch(now=now, inbox_batch=MANY, mail_batch=0)

    # -- what people make of it

    def _urge(self, now: datetime) -> None:
        """The office has confirmed and issued what was drafted, but for what came last."""
        if now.date() >= self.timetable.back(LEFT_TO_THE_OFFICE):
            return
        for notice in Notice.objects.waiting().select_related("task__plan"):
            with suppress(NoticeCauseGoneError):  # the report came in during the day
                self._send_out(notice, now)

    def _send_out(self, notice: Notice, now: datetime) -> None:
        if notice.level == Level.URGE:
            by, demand = self.people.supervisor(notice.task.number), words("sweeping", "confirm")
            confirm_notice(notice=notice, demand=demand, by=by, now=now)
        else:
            by, demand, until = self.people.director, words("sweeping", "issue"), notice.new_limit
            issue_notice(notice=notice, demand=demand, new_limit=until, by=by, now=now)

    def _answer(self, now: datetime) -> None:
        """Some units answer, and their ladder goes no further."""
        numbers = [number for number, case in self.cases.items() if case.urged == "answered"]
        found = Notice.objects.filter(status=NoticeStatus.ISSUED, task__number__in=numbers)
        for notice in found.select_related("task__plan"):
            by = self.people.approver(notice.agency_id)
            answer_notice(notice=notice, text=words("sweeping", "answer"), by=by, now=now)

    def _publish(self, now: datetime) -> None:
        for bulletin in Bulletin.objects.filter(status=BulletinStatus.DRAFT):
            issue_bulletin(bulletin=bulletin, note=words("sweeping", "bulletin"), by=self.people.director, now=now)

    def _read_everything(self, now: datetime) -> None:
        for user in self.people.by_name.values():
            read_all_messages(by=user, now=now)

    def _give_addresses(self, now: datetime) -> None:
        """Late on purpose, so that no pile of old mails waits."""
        administrator: User = self.people["administrator"]
        for username in ADDRESSED:
            give_address(self.people[username], by=administrator, now=now)

    def _go_away(self, now: datetime) -> None:
        """离岗代办 from the day of loading on."""
        table, user = self.timetable, self.people[AWAY]
        until = table.ahead(AWAY_DAYS)
        set_leave(user=user, delegate=self.people[STAND_IN], starts_on=table.today, ends_on=until, by=user, now=now)


def _keep_periods(now: datetime) -> None:
    keep_periods(now=now, by=SYSTEM)
