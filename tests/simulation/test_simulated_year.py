"""A whole year of 45 tasks: chance, holidays, outages, double beats, kills, a rename; held against a slow reference.

Each obligation gets exactly its ladder: the register of notices equals the reference's, every inbox holds what the
reference would have told, once, and no mail is missing. Unless told otherwise a quarter of the year is lived; all of it
on both databases by `make year` (GXFTZ_YEAR_DAYS), another one by GXFTZ_YEAR_SEED.
"""

import os
import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection

from agencies.actions import deactivate_user, rename_agency
from agencies.models import Agency, User
from ledger.readers import verify
from supervision.actions import deliver_due, sweep
from supervision.models import Delivery, Digest, Message, Notice
from tasks.models import Task
from tests.factories import UserFactory
from tests.simulation.days import Days
from tests.simulation.reference import Reference
from tests.simulation.story import Story

FIRST_DAY = date(2026, 1, 5)
SEED = int(os.environ.get("GXFTZ_YEAR_SEED", "20260105"))
WHOLE = 365
LENGTH = int(os.environ.get("GXFTZ_YEAR_DAYS", "90"))
OUTAGES = ((40, 3), (107, 6), (171, 1), (260, 9), (331, 2))  # day of the year, days without any tick
KILLED, DOUBLED, NIGHTS = 0.12, 0.2, 0.15  # share of days
RENAMED_ON, LEFT_ON = 140, 200


class Killed(BaseException):
    """The process is gone in the middle of a statement."""


class Killer:
    """Lets so many statements through, then kills once; what a transaction needs to roll back is let through."""

    def __init__(self, count):
        self.left, self.is_done = count, False

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left < 0 and not self.is_done and not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.is_done = True
            raise Killed
        return execute(sql, params, many, context)


class Year:
    """The story, the real engine and the reference, side by side."""

    def __init__(self):
        self.days = Days()
        self.story = Story(self.days, FIRST_DAY, SEED)
        self.journal = self.story.journal
        self.reference = Reference(self.days, self.journal, self.colour_on)
        self.random = random.Random(SEED + 1)
        self.kills = self.ticks = 0
        self.tasks = {}

    def colour_on(self, duty, day):
        """The light itself has a reference of its own, in tests/tasks/."""
        return self.tasks[duty.pk].light(on=day).colour

    def live(self):
        silent = {FIRST_DAY + timedelta(days=start + each) for start, length in OUTAGES for each in range(length)}
        for number in range(LENGTH):
            day = FIRST_DAY + timedelta(days=number)
            is_up = day not in silent
            if is_up:
                self.tick(day, 8, 31)
            self.happen(number, day)
            if self.days.works(day):
                self.story.live(day, hears_notices=is_up)
            if is_up:
                self.tick(day, 17, 31)
                if self.random.random() < NIGHTS:
                    self.tick(day, 23, 5)

    def happen(self, number, day):
        """What happens once in the year."""
        administrator = User.objects.filter(role="administrator").first() or UserFactory(
            role="administrator", agency=None
        )
        if number == RENAMED_ON:
            agency = Agency.objects.get(pk=self.journal.duties[1].lead)
            rename_agency(
                agency=agency, name="新名称厅", short_name="新名称厅", name_en="New Name", valid_from=day,
                basis="桂编〔2026〕1号", by=administrator, now=self.story.at(day, 9),
            )  # fmt: skip
        if number == LEFT_ON:
            unit = self.journal.duties[2].lead
            reporter = User.objects.get(pk=self.journal.people[unit, "reporter"][1])
            if not any(reporter.pk in each[:2] and each[3] >= day for each in self.journal.away):
                deactivate_user(user=reporter, reason="调离", by=administrator, now=self.story.at(day, 9))

    def summary(self):
        """What the year was made of, for whoever wants to know how much was proven."""
        counts = {name: done for name, done in self.story.done.items() if isinstance(name, str)}
        return {
            "ticks": self.ticks, "kills": self.kills, "messages": Message.objects.count(), "mails": len(mail.outbox),
            "notices": Notice.objects.count(), **counts,
        }  # fmt: skip

    def tick(self, day, hour, minute):
        moment = self.story.at(day, hour, minute)
        if self.random.random() < KILLED:
            self.kills += self.die(moment - timedelta(minutes=9))
        self.work(moment)
        if self.random.random() < DOUBLED:
            self.work(moment + timedelta(minutes=1))
        self.story.read_people()
        self.story.read_units()
        self.tasks = Task.objects.current().in_bulk()
        self.reference.tick(moment)
        self.story.learn_notices()
        self.ticks += 1

    def die(self, moment):
        """Whether a tick at that moment has been killed on its way."""
        killer = Killer(self.random.randrange(90))
        try:
            with connection.execute_wrapper(killer):
                self.work(moment)
        except Killed:
            return 1
        return 0

    def work(self, moment):
        sweep(now=moment)
        deliver_due(clock=lambda: moment)


@pytest.mark.django_db(transaction=True)
def test_simulated_year_gives_every_obligation_its_ladder(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    year = Year()
    year.live()
    assert_notices_are_the_reference_s(year)
    assert_inboxes_are_the_reference_s(year)
    assert_mails_are_the_reference_s(year)
    assert_bulletins_are_the_reference_s(year)
    assert_year_was_eventful(year)
    print(f"seed {SEED}: {year.summary()}")  # noqa: T201  how much was lived through
    assert verify() == []


def assert_notices_are_the_reference_s(year):
    expected = {(each.clock, each.level, each.occurrence): each.status for each in year.journal.urgings}
    found = {(each.clock, each.level, each.occurrence): each.status for each in Notice.objects.all()}
    assert differences(expected, found) == []


def assert_inboxes_are_the_reference_s(year):
    keys = Message.objects.values_list("delivery__dedupe_key", flat=True)
    found = Counter(key.removesuffix(":inbox") for key in keys)
    expected = Counter(f"{key}:{person}" for key, person in year.reference.told)
    wrong = differences(expected, found)
    assert not wrong, "\n".join(map(str, wrong))


def assert_mails_are_the_reference_s(year):
    done = Delivery.objects.filter(channel="mail", done_at__isnull=False)
    found = {key.removesuffix(":mail") for key in done.values_list("dedupe_key", flat=True)}
    expected = {f"{key}:{person}" for key, person in year.reference.mailed}
    assert differences(dict.fromkeys(expected, 1), dict.fromkeys(found, 1)) == []
    sent = Counter(each.extra_headers["Message-ID"] for each in mail.outbox)
    letters = Digest.objects.filter(done_at__isnull=False).count() + done.filter(digest=None).count()
    assert len(sent) == letters
    assert sum(sent.values()) - len(sent) <= year.kills


def assert_bulletins_are_the_reference_s(year):
    pks = {pk: day for pk, day, _issued in year.journal.bulletins}
    assert set(pks.values()) <= set(year.reference.bulletins)


def assert_year_was_eventful(year):
    """A year in which nothing happened would prove nothing."""
    done = year.story.done
    quiet = [
        name
        for name in ("reports", "extensions", "closed", "suspend", "exemptions", "level 2", "level 3", "answered")
        if not done[name]
    ]
    assert LENGTH < WHOLE or not quiet, (quiet, dict(done))
    assert year.kills


class DeafYear(Year):
    """The control: an engine that sleeps through every third tick, of which the reference knows nothing."""

    def work(self, moment):
        if self.ticks % 3:
            super().work(moment)


@pytest.mark.once  # it is the reference that is tried here, and that asks no database
@pytest.mark.django_db(transaction=True)
def test_simulated_year_sees_an_engine_that_misses_ticks(monkeypatch):
    monkeypatch.setattr("tests.simulation.test_simulated_year.LENGTH", 45)
    year = DeafYear()
    year.live()
    with pytest.raises(AssertionError):
        assert_inboxes_are_the_reference_s(year)


def differences(expected, found):
    """The first few keys in which the two differ, with both values: (key, expected, found)."""
    keys = sorted(set(expected) | set(found), key=str)
    return [(key, expected.get(key), found.get(key)) for key in keys if expected.get(key) != found.get(key)][:12]
