"""Wake-ups: safe to lose, to double and to run twice at once."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_sessions() -> None:
    """Removes the sessions that have ended."""
    call_command("clearsessions")
