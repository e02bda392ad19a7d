"""What the reminders would have done in this year: sweeps on the days that matter, delivered to inboxes alone."""

from datetime import date, datetime
from functools import partial

from agencies.models import User
from dashboard.demo.people import People, give_address
from dashboard.demo.script import Script
from dashboard.demo.timetable import Timetable
from supervision.actions import deliver_batch, read_all_messages, sweep

# Working days around a report's limit on which a reminder falls, and how long back every working day is swept.
AROUND_LIMIT = (-7, -3, -1, 1)
DAILY = 40
MANY = 10_000
# What came later still waits to be read.
READ_UNTIL = 14
# Whose mails can be looked at in the folder that the default set-up writes them to.
ADDRESSED = ("commerce-reporter", "commerce-approver", "director")


def write_reminders(script: Script, timetable: Timetable, people: People) -> None:
    for day in sorted(_sweep_days(timetable)):
        script.add(timetable.at(day, 8, 45), _sweep)
    script.add(timetable.at(timetable.back(READ_UNTIL), 17, 50), partial(_read_everything, people=people))
    script.add(timetable.at(timetable.back(2), 17, 55), partial(_give_addresses, people=people))


def _sweep_days(timetable: Timetable) -> set[date]:
    limits = [period.reports_due_on for period in timetable.periods]
    around = {timetable.calendar.after(limit, days) for limit in limits for days in AROUND_LIMIT}
    recent = {timetable.back(days) for days in range(1, DAILY)}
    return {day for day in around | recent if timetable.is_past(day)}


def _sweep(now: datetime) -> None:
    """Mails stay in the outbox: whoever starts the system gets those that are still right, as after an outage."""
    sweep(now=now)
    deliver_batch(now=now, inbox_batch=MANY, mail_batch=0)


def _read_everything(now: datetime, *, people: People) -> None:
    for user in people.by_name.values():
        read_all_messages(by=user, now=now)


def _give_addresses(now: datetime, *, people: People) -> None:
    """Late on purpose, so that no pile of old mails waits."""
    administrator: User = people["administrator"]
    for username in ADDRESSED:
        give_address(people[username], by=administrator, now=now)
