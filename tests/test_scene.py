"""The scene of the permission table, made once a module: what a test does to it is gone with the test."""

import pytest

from tasks.models import Task
from tests.permission_table.play import sign_in

pytestmark = pytest.mark.once

TWICE = pytest.mark.parametrize("time", [1, 2])  # whichever comes second would find what the first has left


@TWICE
def test_session_of_the_scene_outlives_the_test_that_ends_it(world, time):
    client = sign_in("leader", world)
    assert client.get("/inbox/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/inbox/").status_code == 302


@TWICE
def test_scene_is_as_it_was_made_for_every_test(world, time):
    assert Task.objects.get(pk=world.task.pk).due_note == ""
    Task.objects.filter(pk=world.task.pk).update(due_note="heimlich")
