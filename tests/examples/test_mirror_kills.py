"""examples/mirror.py killed with `kill -9` while others write through the actions: nothing is lost and nothing doubled.

After every kill the file must hold exactly what the server had at the event it has come to. The control notes its place
before it stores the page, and must be caught. GXFTZ_KILLS and GXFTZ_KILL_SEED torment longer and otherwise.
"""

import os
import random
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connections

from ledger.readers import last_sequence
from progress.actions import add_evidence, draft_report, remove_evidence, save_report
from progress.models import Report
from tasks.actions import set_deadline
from tasks.actions.progress import record_progress
from tasks.models import Task
from tests import closings
from tests.api import record_tasks
from tests.examples.mirrors import SCOPES, Expected, Mirror, differences, make_token
from tests.factories import NOW, TaskFactory, report_content

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("GXFTZ_KILLS", "100"))
SEED = int(os.environ.get("GXFTZ_KILL_SEED", "0")) or uuid.uuid4().int % 10**6
PAGE = "20"
LONGEST = 0.4  # seconds that a run is given, however slow the machine
WRONG = settings.BASE_DIR / "tests" / "examples" / "wrong_mirror.py"


@pytest.fixture
def stage(cast, live_server):
    """Twenty tasks in the ledger, and the lead unit's token, which reads its own drafts too and not the office's."""
    for number in range(2, 21):
        TaskFactory(number=number, pillar=cast.task.pillar, plan=cast.task.plan, lead=cast.lead)
    record_tasks(by=cast.director)
    draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    cast.url = live_server.url
    cast.token, cast.client = make_token(scopes=(*SCOPES, "progress:write"), agency=cast.lead)
    return cast


# -- the others


def move_deadlines(cast, dice):
    task = Task.objects.with_lead().get(number=dice.randint(1, 20))
    due = date(2026, 12, 1) + timedelta(days=dice.randint(0, 300))
    set_deadline(
        task=task, start_date=date(2026, 1, 1), due_date=due, basis="office", reason="调整", by=cast.supervisor, now=NOW
    )


def approve_progress(cast, dice):
    task = Task.objects.get(number=dice.randint(1, 20))
    record_progress(
        task=task, percent=dice.randint(1, 100), result="advancing", period="2026Q4", by=cast.supervisor, now=NOW
    )


def write_report(cast, dice):
    report = Report.objects.get()
    content = report_content(percent=100, progress=f"完成“{dice.random()}”\n🚧 &<>\u2028。")
    save_report(report=report, content=content, version=report.version, by=cast.lead_reporter, now=NOW)


def attach_file(cast, dice):
    """And take it away again: an event with a state, then one without."""
    file = closings.deliverable("数据.csv", f"任务,{dice.random()}\n")
    evidence = add_evidence(report=Report.objects.get(), file=file, by=cast.lead_reporter, now=NOW)
    remove_evidence(evidence=evidence, by=cast.lead_reporter, now=NOW)


@contextmanager
def others_writing(cast):
    """Two people who write all the time, each on a connection of their own."""
    stopped = threading.Event()

    def write(actions, seed):
        dice = random.Random(seed)
        with closing(connections["default"]):
            while not stopped.wait(dice.random() / 50):
                dice.choice(actions)(cast, dice)

    parts = ([move_deadlines, approve_progress], [write_report, attach_file])
    with ThreadPoolExecutor(len(parts)) as pool:
        writers = [pool.submit(write, part, SEED + index) for index, part in enumerate(parts)]
        try:
            yield
        finally:
            stopped.set()
    for writer in writers:
        writer.result()


# -- killing


def torment(mirror, expected, kills, fates=("moment", "moment", "writing")):
    """Start and kill, again and again. For each kill: what was wrong afterwards, whether it hit an open transaction,
    and whether a page had been stored since the last.
    """
    dice = random.Random(SEED)
    assert mirror.run("--limit", PAGE)[0] == 0
    begun = time.monotonic()
    assert mirror.run("--limit", PAGE)[0] == 0
    usual = min(time.monotonic() - begun, LONGEST)
    for _kill in range(kills):
        before, left = mirror.place(), mirror.journal()
        process = mirror.start("--follow", "0.001", "--limit", PAGE)
        with process.stdout, process.stderr:
            wait(mirror, dice, usual, left=left, is_patient=dice.choice(fates) == "writing")
            process.kill()
            process.wait()
        hit = mirror.journal() not in {None, left}
        yield differences(mirror, expected), hit, mirror.place() != before


def wait(mirror, dice, usual, *, left, is_patient):
    """For a moment; or, patiently, until it writes."""
    end = time.monotonic() + usual * (0.3 + dice.random() + is_patient)
    while time.monotonic() < end:
        if is_patient and mirror.journal() not in {None, left}:
            time.sleep(dice.random() / 500)
            return
        time.sleep(0.0002)


def test_killed_mirror_ends_equal_to_the_server(stage, tmp_path, capsys):
    mirror, expected = Mirror(tmp_path, url=stage.url, token=stage.token), Expected(stage.client)
    begun = time.monotonic()
    with others_writing(stage):
        wrong, hits, moves = zip(*torment(mirror, expected, KILLS), strict=True)
    told = f"seed {SEED}: {KILLS} kills, {sum(hits)} in a transaction, {sum(moves)} after a page"
    with capsys.disabled():
        sys.stdout.write(f"\n{told}, {last_sequence()} events, {time.monotonic() - begun:.1f} s\n")
    assert [each for each in wrong if each] == [], told
    assert sum(hits) > 0, f"{told}: no kill came while it was writing"
    code, _out, said = mirror.run("--limit", PAGE)
    assert code == 0, said
    assert mirror.place() == last_sequence()
    assert differences(mirror, expected) == [], told
    code, out, said = mirror.run("verify", "--full")
    assert code == 0, out + said


def test_killed_mirror_that_notes_its_place_first_loses(stage, tmp_path):
    """The control: the same torment and the same counting find what it has lost, mostly within ten kills."""
    mirror = Mirror(tmp_path, url=stage.url, token=stage.token, script=WRONG)
    with others_writing(stage):
        killed = torment(mirror, Expected(stage.client), 100, fates=("writing",))
        assert any(wrong for wrong, _hit, _moved in killed), f"seed {SEED}"
