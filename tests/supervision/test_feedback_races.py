"""Two at the same moment about feedback, on PostgreSQL."""

import pytest

from supervision.actions import answer_feedback, send_feedback
from supervision.models import Feedback
from tests.cast import make_cast
from tests.factories import NOW
from tests.races import at_once, codes

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def say(by, text):
    return send_feedback(kind="idea", text=text, page="", by=by, now=NOW)


def test_two_windows_do_not_pass_the_limit_of_a_day():
    cast = make_cast()
    for number in range(9):
        say(cast.leader, f"第{number}条")
    outcomes = at_once(lambda: say(cast.leader, "甲"), lambda: say(cast.leader, "乙"))
    assert codes(outcomes) == ["done", "too_much_feedback"]
    assert Feedback.objects.count() == 10


def test_two_presses_at_once_are_said_once():
    cast = make_cast()
    at_once(lambda: say(cast.leader, "甲"), lambda: say(cast.leader, "甲"))
    assert Feedback.objects.count() == 1


def test_two_answers_at_once_leave_one():
    cast = make_cast()
    said = say(cast.leader, "甲")
    outcomes = at_once(
        lambda: answer_feedback(feedback=said, answer="一", by=cast.supervisor, now=NOW),
        lambda: answer_feedback(feedback=said, answer="二", by=cast.director, now=NOW),
    )
    assert codes(outcomes) == ["done", "feedback_answered"]


def test_people_do_not_wait_for_each_other():
    """The negative control: the lock is the person's, and both sides of the race do run."""
    cast = make_cast()
    assert codes(at_once(lambda: say(cast.leader, "甲"), lambda: say(cast.director, "甲"))) == ["done", "done"]
    assert Feedback.objects.count() == 2
