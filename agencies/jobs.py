"""Wake-ups: safe to lose, to double and to run twice at once."""

from celery import shared_task
from django.core.management import call_command

from agencies import actions
from common import clock
from ledger.actors import SYSTEM


@shared_task
def clear_sessions() -> None:
    """Removes the sessions that have ended."""
    call_command("clearsessions")


@shared_task
def clear_answers() -> None:
    """Removes the kept answers to requests of long ago."""
    actions.clear_answers(now=clock.now())


@shared_task
def take_up_names() -> None:
    """Units bear the names whose day has come."""
    actions.take_up_names(by=SYSTEM, now=clock.now())
