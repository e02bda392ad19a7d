"""Wake-ups: each finds in the database what is due. Safe to lose, to double and to run twice at once."""

import logging

from celery import shared_task

from common import clock
from supervision import actions

log = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    """Puts what is due into the outbox."""
    result = actions.sweep(now=clock.now())
    log.info("sweep: %s", result)


@shared_task
def deliver() -> None:
    """Sends what is due in the outbox, and tells other systems what has changed."""
    result = actions.deliver_due(clock=clock.now)
    if result.handled or result.is_unreachable:
        log.info("deliver: %s", result)
