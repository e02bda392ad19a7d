"""Processes that sweep and deliver and are killed in the middle of it, on a database of their own; see test_kills.py.

`… prepare NEAR LATE`                   a plan with so many tasks whose limit comes near, and so many that are overdue
`… torment VARIANT KILLS SEED [PORT]`   kill forked workers, finish the work, count; a receiver of pushes at the port
`… tick JOB…`                           what beat does
`… count`                               what arrived
"""

import json
import os
import random
import signal
import sys
import time
import uuid
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gxftz.settings")
django.setup()

from django.conf import settings  # noqa: E402  Django had to be set up first
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from agencies.models import User  # noqa: E402
from agencies.roles import Role  # noqa: E402
from gxftz.celery import app  # noqa: E402
from supervision.actions import confirm_notice, deliver_batch, sweep  # noqa: E402
from supervision.actions.outcomes import LEASE  # noqa: E402
from supervision.announcements import webhook_id  # noqa: E402
from supervision.models import Channel, Delivery, Endpoint, Message, Notice  # noqa: E402
from supervision.notifications import Item, message_id, single_mail  # noqa: E402
from supervision.readers import gather_clocks, plan_deliveries  # noqa: E402
from supervision.webhooks import make_secret  # noqa: E402
from supervision.wording import Wording  # noqa: E402
from tasks.models import Assignment, CalendarDay, Task  # noqa: E402
from tasks.status import Status  # noqa: E402
from tests.factories import NOW, AgencyFactory, PillarFactory, UserFactory  # noqa: E402

TASKS_A_ROUND = 2  # of either kind
FATES = ("query", "query", "query", "moment", "moment", "spared")


def prepare(near, late, port=None):
    """One unit with a reporter and an approver, the office's people, so many tasks, and a receiver of pushes."""
    call_command("migrate", verbosity=0)
    lead = AgencyFactory(code="lead-unit")
    UserFactory(username="lead_reporter", agency=lead, role=Role.REPORTER)
    UserFactory(username="lead_approver", agency=lead, role=Role.APPROVER)
    office = AgencyFactory(office=True)
    director = UserFactory(username="director", agency=office, role=Role.DIRECTOR)
    UserFactory(username="supervisor", agency=office, role=Role.SUPERVISOR)
    if port:
        Endpoint.objects.create(
            name="系统", url=f"http://127.0.0.1:{port}/", secret=make_secret(), created_at=NOW, created_by=director
        )
    PillarFactory()
    add_tasks(near, late, now=NOW)


def add_tasks(near, late, *, now):
    """Tasks that are issued and not yet received, so that no reports are missing beside.

    The limit of the near ones is seven working days off: their first reminder is due. The overdue ones are urged.
    """
    calendar = CalendarDay.objects.as_calendar()
    _make_tasks(near, due=calendar.after(now.date(), 7))
    _make_tasks(late, due=NOW.date() - timedelta(days=19))
    if late:
        _urge(now)


def _make_tasks(count, *, due):
    pillar, lead, first = PillarFactory(), AgencyFactory(code="lead-unit"), Task.objects.count() + 1
    rows = [
        Task(
            plan=pillar.plan, pillar=pillar, number=number, title=f"任务{number}", status=Status.ISSUED,
            start_date=due - timedelta(days=100), due_date=due, original_due_date=due, due_basis="office",
            updated_at=NOW,
        )
        for number in range(first, first + count)
    ]  # fmt: skip
    Task.objects.bulk_create(rows)
    Assignment.objects.bulk_create(Assignment(task=row, agency=lead, role="lead", order=1) for row in rows)


def _urge(now):
    """The office confirms what the system drafts. What came near meanwhile is not stored by this: killers are to come.

    So the drafts are made by hand, as the sweep makes them.
    """
    plan = plan_deliveries(gather_clocks(Task.objects.current(), on=now.date()), on=now.date())
    supervisor = User.objects.get(username="supervisor")
    for step in plan.drafts:
        clock = plan.clocks[step.clock_key]
        notice, made = Notice.objects.get_or_create(
            clock=clock.key, level=step.level, occurrence=step.occurrence,
            defaults={
                "task_id": clock.task, "agency_id": "lead-unit", "reason": step.reason, "limit": clock.limit,
                "drafted_at": now,
            },
        )  # fmt: skip
        if made or notice.status == "draft":
            confirm_notice(notice=notice, demand="请抓紧办理。", by=supervisor, now=now)


# -- the work, and two ways to do it wrong


def work(now):
    """The real thing in small batches, so that there are many places to die in."""
    sweep(now=now)
    while deliver_batch(now=now, inbox_batch=5, mail_batch=3).handled:
        pass


def work_marking_first(now):
    """Marked as done before it is sent: who dies in between loses it."""
    sweep(now=now)
    rows = list(Delivery.objects.pending().select_related("recipient", "task"))
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(done_at=now)
    for row in rows:
        send_plainly(row, now)


def work_without_key(now):
    """Look what is missing, then insert: without the business key, who comes at the same time inserts it too."""
    known = {key.partition("#")[0] for key in Delivery.objects.values_list("dedupe_key", flat=True)}
    for each in planned(now).values():
        if each.key not in known and each.recipient:
            Delivery.objects.create(
                dedupe_key=f"{each.key}#{uuid.uuid4()}", clock=each.clock.key, channel=each.channel,
                recipient_id=each.recipient, task_id=each.clock.task, reason=each.step.reason, level=each.step.level,
                payload={**each.facts(), "late": 1}, due_at=now, created_at=now,
            )  # fmt: skip
    for row in Delivery.objects.pending().select_related("recipient", "task"):
        send_plainly(row, now)
        Delivery.objects.filter(pk=row.pk).update(done_at=now)


def send_plainly(row, now):
    if row.channel == Channel.INBOX:
        Message.objects.get_or_create(
            delivery=row, defaults={"user": row.recipient, "reason": row.reason, "level": row.level, "created_at": now}
        )
    elif row.channel == Channel.MAIL:
        row.dedupe_key = row.dedupe_key.partition("#")[0]
        single_mail(Item(row, Wording.of(row.reason, {**row.payload, "late": 1}), row.task)).send()


# The job, how many workers do it at once (three beats, or beat and an impatient person), and about how many queries
# each makes in a round.
VARIANTS = {
    "real": (work, 3, 80),
    "marking_first": (work_marking_first, 1, 110),
    "without_key": (work_without_key, 2, 80),
}


# -- killing


def torment(variant, kills, seed, port=None):
    """Each round brings new work for several workers at once, some of which are killed; at the end all is finished."""
    job, workers, queries = VARIANTS[variant]
    dice, now, killed = random.Random(seed), NOW, 0
    prepare(TASKS_A_ROUND, TASKS_A_ROUND, port)
    job(now)  # once in peace, so that what is loaded on first use is loaded in every worker
    while killed < kills:
        now = later(now)
        add_tasks(TASKS_A_ROUND, TASKS_A_ROUND, now=now)
        connections.close_all()  # what is open must not be shared with them
        running = [fork(job, now, dice.choice(FATES), dice.randint(1, queries)) for _worker in range(workers)]
        killed += sum(reap(each, after=dice.random() / 4) for each in running)
    for _day in range(2):  # what waits for the next day's digest goes out then
        now = next_day(now)
        for _lease in range(2):
            job(now)
            now = later(now)
    return {"kills": killed, **count(now)}


def fork(job, now, fate, query):
    """A worker that kills itself at some query, is killed from outside at some moment, or is spared."""
    pid = os.fork()
    if pid == 0:
        try:
            with connection.execute_wrapper(DieAt(query if fate == "query" else 0)):
                job(now)
        finally:
            os._exit(0)
    return pid, fate


def reap(worker, *, after):
    """Wait for the worker's end, which may be our doing; whether it was killed."""
    pid, fate = worker
    if fate == "moment":
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


class DieAt:
    """Kills the process at its n-th query: before or after it, by turns; never at 0."""

    def __init__(self, query):
        self.left, self.runs_it = query, query % 2

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left == 0:
            if self.runs_it:
                execute(sql, params, many, context)
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


def later(now):
    """After every lease of the last round has run out, in working hours."""
    return CalendarDay.objects.as_calendar().next_working_moment(now + LEASE + timedelta(seconds=1))


def next_day(now):
    """The opening of the next working day."""
    return CalendarDay.objects.as_calendar().next_working_moment(now.replace(hour=0, minute=0) + timedelta(days=1))


# -- counting


def planned(now):
    return plan_deliveries(gather_clocks(Task.objects.current(), on=now.date()), on=now.date()).deliveries


def count(now=NOW):
    """What arrived against what should have: in the inboxes by business key, by mail and push by their ids."""
    keys = planned(now)
    inbox = Counter(key.partition("#")[0] for key in Message.objects.values_list("delivery__dedupe_key", flat=True))
    wanted = [key for key, each in keys.items() if each.channel == Channel.INBOX]
    pushed = Counter(read_pushes())
    pushes = [webhook_id(Delivery(dedupe_key=key)) for key, each in keys.items() if each.channel == Channel.WEBHOOK]
    return {
        "expected": len(wanted),
        "inbox_lost": sum(inbox[key] == 0 for key in wanted),
        "inbox_doubled": sum(inbox[key] > 1 for key in wanted) + len(set(inbox) - set(wanted)),
        "pushes_lost": sum(pushed[each] == 0 for each in pushes),
        "pushes_doubled": sum(pushed[each] - 1 for each in pushes if pushed[each]),
        "pending": Delivery.objects.pending().count(),
        **count_mails([each for each in keys.values() if each.channel == Channel.MAIL]),
    }


def count_mails(wanted):
    """A mail of its own arrives under its id; what belongs into a digest arrives in one that its row names."""
    mails = list(read_mails())
    times = Counter(key for key, _text in mails)
    stored = Delivery.objects.select_related("digest", "task")
    rows = stored.in_bulk([each.key for each in wanted], field_name="dedupe_key")
    lost = several = 0
    for each in wanted:
        row = rows.get(each.key)
        is_part = row is not None and row.digest is not None
        key = message_id(row.digest.key if is_part else each.key)
        holding = {other for other, text in mails if f"/tasks/{row.task.number}/" in text} if is_part else {key}
        lost += times[key] == 0 or key not in holding
        several += len(holding) > 1
    return {"mails_lost": lost, "mails_doubled": sum(times.values()) - len(times) + several}


def read_mails():
    """Message-ID and text of each mail in the files of the mail system."""
    for path in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
        for raw in path.read_bytes().split(b"-" * 79 + b"\n"):
            mail = message_from_bytes(raw.strip(), policy=policy.default)
            if mail["Message-ID"]:
                yield mail["Message-ID"], mail.get_body(("plain",)).get_content()


def read_pushes():
    noted = Path(os.environ.get("GXFTZ_PUSHES", os.devnull))
    return noted.read_text().split() if noted.exists() else []


def tick(*jobs):
    """Send the wake-ups that beat sends."""
    for job in jobs:
        app.send_task(f"supervision.jobs.{job}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", near, late]:
            prepare(int(near), int(late))
        case ["torment", variant, kills, seed, *port]:
            sys.stdout.write(json.dumps(torment(variant, int(kills), int(seed), *port)))
        case ["tick", *jobs]:
            tick(*jobs)
        case ["count"]:
            sys.stdout.write(json.dumps(count()))
