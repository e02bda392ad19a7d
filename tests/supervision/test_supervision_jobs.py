import inspect

import pytest
import time_machine
from django.core import mail

from gxftz.celery import app
from supervision import jobs
from supervision.models import Message
from tests.factories import NOW, TaskFactory


@pytest.mark.django_db
def test_jobs_sweep_and_deliver_by_the_clock(cast):
    TaskFactory(number=2, lead=cast.lead, due_date=NOW.date(), cycle="quarter")
    with time_machine.travel(NOW, tick=False):
        for _repetition in range(2):
            jobs.sweep()
            jobs.deliver()
    assert (Message.objects.count(), len(mail.outbox)) == (2, 2)


@pytest.mark.parametrize("job", [jobs.sweep, jobs.deliver])
def test_jobs_are_registered_and_take_nothing(job):
    assert app.tasks[job.name]
    assert not inspect.signature(job.run).parameters
