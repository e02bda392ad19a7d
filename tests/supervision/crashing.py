"""Processes that sweep and deliver and are killed in the middle of it, on a database of their own; see test_kills.py.

`python -m tests.supervision.crashing prepare TASKS`           a plan with so many overdue tasks
`python -m tests.supervision.crashing torment VARIANT KILLS SEED`  kill forked workers, finish the work, count
`python -m tests.supervision.crashing tick JOB…`               what beat does
`python -m tests.supervision.crashing count`                   what arrived
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
from supervision.actions import deliver_batch, sweep  # noqa: E402
from supervision.actions.mail import LEASE  # noqa: E402
from supervision.models import Channel, Delivery, Message  # noqa: E402
from supervision.notifications import Notice, message_id, reminder_mail  # noqa: E402
from supervision.readers import gather_clocks, plan_deliveries  # noqa: E402
from tasks.models import Assignment, CalendarDay, Task  # noqa: E402
from tasks.status import Status  # noqa: E402
from tests.factories import NOW, AgencyFactory, PillarFactory, UserFactory  # noqa: E402

TASKS_A_ROUND = 4
FATES = ("query", "query", "query", "moment", "moment", "spared")


def prepare(tasks):
    """One unit with a reporter and an approver, the office's director, and so many tasks overdue."""
    call_command("migrate", verbosity=0)
    lead = AgencyFactory(code="lead-unit")
    UserFactory(username="lead_reporter", agency=lead, role=Role.REPORTER)
    UserFactory(username="lead_approver", agency=lead, role=Role.APPROVER)
    UserFactory(username="director", agency=AgencyFactory(office=True), role=Role.DIRECTOR)
    PillarFactory()
    add_tasks(tasks)


def add_tasks(count):
    """More overdue tasks, issued and not yet received, so that no reports are missing beside."""
    pillar, lead, first = PillarFactory(), AgencyFactory(code="lead-unit"), Task.objects.count() + 1
    due = NOW.date() - timedelta(days=19)
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


# -- the work, and two ways to do it wrong


def work(now):
    """The real thing in small batches, so that there are many places to die in."""
    sweep(now=now)
    while deliver_batch(now=now, inbox_batch=5, mail_batch=3).handled:
        pass


def work_marking_first(now):
    """Marked as done before it is sent: who dies in between loses it."""
    sweep(now=now)
    for row in Delivery.objects.pending().select_related("recipient", "task"):
        if Delivery.objects.filter(pk=row.pk, done_at=None).update(done_at=now):
            send_plainly(row, now)


def work_without_key(now):
    """Look what is missing, then insert: without the business key, who comes at the same time inserts it too."""
    known = {key.partition("#")[0] for key in Delivery.objects.values_list("dedupe_key", flat=True)}
    for each in planned(now).values():
        if each.key not in known:
            Delivery.objects.create(
                dedupe_key=f"{each.key}#{uuid.uuid4()}", clock=each.clock.key, channel=each.channel,
                recipient_id=each.recipient, task_id=each.clock.task, reason="overdue", level=2,
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
    else:
        key = row.dedupe_key.partition("#")[0]
        notice = Notice.of(row.reason, {**row.payload, "late": 1})
        reminder_mail(
            dedupe_key=key, level=row.level, notice=notice, recipient=row.recipient, task=row.task, lead=""
        ).send()


# The job, how many workers do it at once (three beats, or beat and an impatient person), and about how many queries
# each makes in a round.
VARIANTS = {
    "real": (work, 3, 80),
    "marking_first": (work_marking_first, 1, 110),
    "without_key": (work_without_key, 2, 80),
}


# -- killing


def torment(variant, kills, seed):
    """Each round brings new work for several workers at once, some of which are killed; at the end all is finished."""
    job, workers, queries = VARIANTS[variant]
    dice, now, killed = random.Random(seed), NOW, 0
    prepare(TASKS_A_ROUND)
    job(now)  # once in peace, so that what is loaded on first use is loaded in every worker
    while killed < kills:
        add_tasks(TASKS_A_ROUND)
        now = later(now)
        connections.close_all()  # what is open must not be shared with them
        running = [fork(job, now, dice.choice(FATES), dice.randint(1, queries)) for _worker in range(workers)]
        killed += sum(reap(each, after=dice.random() / 4) for each in running)
    for _lease in range(3):
        now = later(now)
        job(now)
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


# -- counting


def planned(now):
    return plan_deliveries(gather_clocks(Task.objects.current(), on=now.date()), on=now.date()).deliveries


def count(now=NOW):
    """What arrived against what should have: by business key, and by Message-ID in the files of the mail system."""
    keys = planned(now)
    inbox = Counter(key.partition("#")[0] for key in Message.objects.values_list("delivery__dedupe_key", flat=True))
    mails = Counter(mail_ids())
    wanted_inbox = [key for key, each in keys.items() if each.channel == Channel.INBOX]
    wanted_mails = [message_id(key) for key, each in keys.items() if each.channel == Channel.MAIL]
    return {
        "expected": len(wanted_inbox),
        "people": User.objects.count(),
        "inbox_lost": sum(inbox[key] == 0 for key in wanted_inbox),
        "inbox_doubled": sum(inbox[key] > 1 for key in wanted_inbox) + len(set(inbox) - set(wanted_inbox)),
        "mails_lost": sum(mails[each] == 0 for each in wanted_mails),
        "mails_doubled": sum(mails[each] - 1 for each in wanted_mails if mails[each] > 1)
        + len(set(mails) - set(wanted_mails)),
        "pending": Delivery.objects.pending().count(),
    }


def mail_ids():
    for path in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
        for line in path.read_bytes().splitlines():
            if line.startswith(b"Message-ID: "):
                yield line.removeprefix(b"Message-ID: ").decode()


def tick(*jobs):
    """Send the wake-ups that beat sends."""
    for job in jobs:
        app.send_task(f"supervision.jobs.{job}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", tasks]:
            prepare(int(tasks))
        case ["torment", variant, kills, seed]:
            sys.stdout.write(json.dumps(torment(variant, int(kills), int(seed))))
        case ["tick", *jobs]:
            tick(*jobs)
        case ["count"]:
            sys.stdout.write(json.dumps(count()))
