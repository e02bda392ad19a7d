"""演练: the same ladder over days that have been and days to come."""

from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from supervision.actions import confirm_notice, deliver_due, sweep
from supervision.models import Delivery, Message, Notice
from supervision.readers.trial import heaviest_people, mails_of, policy_of, trial_days, trial_summary, try_policy
from supervision.reminders import ReminderPolicy
from tasks.actions import set_deadline
from tests.factories import NOW, TODAY, TaskFactory

pytestmark = pytest.mark.django_db
AHEAD = TODAY + timedelta(days=60)


@pytest.fixture
def task(cast):
    """One task due on Friday 4 December, received; its report of the quarter is due on 25 December."""
    cast.task.received_on = date(2026, 1, 5)
    cast.task.due_date = date(2026, 12, 4)
    cast.task.save()
    return cast.task


def told(trial, **which):
    return [each for each in trial.tried if all(getattr(each, name) == value for name, value in which.items())]


def test_try_policy_ahead_says_who_hears_what_when(cast, task):
    trial = try_policy(None, first=TODAY, last=AHEAD, on=TODAY)
    near = [each for each in told(trial, person=cast.lead_reporter.pk, level=1) if each.reason == "near_due"]
    assert [each.on for each in near] == [date(2026, 11, 25), date(2026, 12, 1), date(2026, 12, 3)]
    assert [each.on for each in told(trial, person=cast.lead_approver.pk, reason="near_due")] == [date(2026, 12, 3)]


def test_try_policy_ahead_assumes_that_the_office_issues_at_once(cast, task):
    trial = try_policy(None, first=TODAY, last=AHEAD, on=TODAY)
    overdue = told(trial, reason="overdue", person=cast.lead_reporter.pk)
    assert [(each.level, each.on) for each in overdue] == [(2, date(2026, 12, 7)), (3, date(2026, 12, 14))]


def test_try_policy_names_in_the_bulletin_what_stands_under_supervision(cast, task):
    trial = try_policy(None, first=TODAY, last=date(2027, 1, 20), on=TODAY)
    assert {each.on for each in told(trial, level=4)} == {date(2027, 1, 11)}
    assert cast.outsider.pk in {each.person for each in told(trial, level=4)}


def test_try_policy_writes_nothing(cast, task):
    try_policy(None, first=TODAY, last=AHEAD, on=TODAY)
    assert not (Delivery.objects.exists())
    assert not (Notice.objects.exists())


def test_try_policy_compares_another_with_the_one_in_force(cast, task):
    trial = try_policy(ReminderPolicy(before=(1,)), first=TODAY, last=AHEAD, on=TODAY)
    levels = {row["level"]: row for row in trial_summary(trial)["levels"]}
    assert levels[1]["tried"] < levels[1]["in_force"]
    assert levels[1]["difference"] == levels[1]["tried"] - levels[1]["in_force"]
    assert levels[2]["difference"] == 0


def test_try_policy_ahead_says_what_the_live_engine_then_does(cast, task):
    """Day by day the real sweeps, with an office that confirms at once, tell exactly whom the rehearsal named."""
    trial = try_policy(None, first=TODAY, last=date(2026, 12, 11), on=TODAY)
    for number in range(24):
        now = NOW.replace(hour=9) + timedelta(days=number)
        sweep(now=now)
        for notice in Notice.objects.filter(status="draft"):
            confirm_notice(notice=notice, demand=notice.demand, by=cast.supervisor, now=now)
        deliver_due(clock=lambda at=now: at)
    keys = Message.objects.values_list("delivery__dedupe_key", flat=True)
    assert sorted(keys) == sorted(f"{each.key}:{each.person}:inbox" for each in trial.tried)


def test_try_policy_over_the_past_reads_the_deadline_of_then(cast, task):
    """A deadline that has been moved since counts in the rehearsal until the day on which it was moved."""
    start = NOW - timedelta(days=40)
    entered = {"start_date": task.start_date, "basis": "office", "reason": "会议", "by": cast.director}
    set_deadline(task=task, due_date=date(2026, 10, 30), now=start, **entered)
    set_deadline(task=task, due_date=date(2026, 12, 31), now=NOW - timedelta(days=6), **entered)
    trial = try_policy(None, first=start.date(), last=TODAY - timedelta(days=1), on=TODAY)
    overdue = told(trial, reason="overdue", person=cast.lead_reporter.pk)
    assert [(each.level, each.on) for each in overdue] == [(2, date(2026, 11, 2)), (3, date(2026, 11, 9))]


def test_try_policy_over_the_past_knows_no_task_before_its_first_event(cast, task):
    trial = try_policy(None, first=TODAY - timedelta(days=30), last=TODAY - timedelta(days=1), on=TODAY)
    assert trial.tried == []


def test_mails_of_counts_one_digest_a_person_and_day(cast, task):
    trial = try_policy(None, first=TODAY, last=AHEAD, on=TODAY)
    reminders = {(each.person, each.on) for each in trial.tried if each.level <= 1}
    assert mails_of(trial.tried) == len(reminders) + len([each for each in trial.tried if each.level > 1])


def test_trial_days_cost_the_same_with_many_tasks(cast, task, django_assert_num_queries):
    for number in range(200, 230):
        TaskFactory(number=number, lead=cast.lead, due_date=date(2026, 12, 4))
    trial = try_policy(None, first=TODAY, last=AHEAD, on=TODAY)
    with django_assert_num_queries(2):
        assert trial_days(trial)


def test_try_policy_costs_the_same_with_many_tasks(cast, task, django_assert_max_num_queries):
    for number in range(200, 230):
        TaskFactory(number=number, lead=cast.lead, due_date=date(2026, 12, 4))
    with django_assert_max_num_queries(34):
        try_policy(None, first=TODAY - timedelta(days=20), last=AHEAD, on=TODAY)


def test_heaviest_people_are_named_with_their_heaviest_day(cast, task):
    trial = try_policy(None, first=TODAY, last=AHEAD, on=TODAY)
    first = heaviest_people(trial)[0]
    assert first["tried"] == max(len(told(trial, person=each)) for each in {each.person for each in trial.tried})


@pytest.mark.parametrize("values", [{"unknown": 1}, {"before": [0]}, {"before": "7"}, ["before"], {"urge_after": "x"}])
def test_policy_of_refuses_what_cannot_be(values):
    with pytest.raises(Exception, match=r"规则|数值|填写"):
        policy_of(values)


def test_policy_of_keeps_what_is_left_out():
    assert policy_of({"before": [5, 1]}) == ReminderPolicy(before=(5, 1))


# -- the command ---------------------------------------------------------------------------------------------------


def rehearse(*args):
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("rehearse", *args, stdout=out)
    return out.getvalue()


def test_rehearse_prints_days_and_load(cast, task):
    text = rehearse("--from", "2026-11-18", "--to", "2026-12-31")
    assert "2026-12-07" in text
    assert "催办" in text
    assert "试行" in text
    assert "一天最多" in text


def test_rehearse_tries_a_file(cast, task, tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text("before: [1]\n", encoding="utf-8")
    assert "临期提示：试行" in rehearse("--from", "2026-11-18", "--to", "2026-12-31", "--policy", str(file))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "2026-12-31", "--to", "2026-01-01"), "不能早于"),
        (("--from", "heute", "--to", "2026-01-01"), "不是日期"),
        (("--from", "2026-01-01", "--to", "2026-01-02", "--policy", "/nowhere.yaml"), "读不了"),
    ],
)
def test_rehearse_says_what_is_wrong(db, arguments, words):
    with pytest.raises(CommandError, match=words):
        rehearse(*arguments)
