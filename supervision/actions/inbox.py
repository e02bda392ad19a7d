from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from agencies.models import User
from common.errors import require
from supervision.models import Message


@transaction.atomic
def read_message(*, message: Message, by: User, now: datetime) -> Message:
    """The message counts as read from the first time on. Raises NotAllowedError when it is somebody else's.

    No event in the ledger: whether a person has read something is not anybody's business but theirs.
    """
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    require(message.user_id == by.pk)
    if message.read_at is None:
        message.read_at = localtime(now)
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def read_all_messages(*, by: User, now: datetime) -> int:
    """All messages of this person count as read; returns how many did not before."""
    return Message.objects.visible_to(by).unread().update(read_at=localtime(now))


@transaction.atomic
def unread_message(*, message: Message, by: User, now: datetime) -> Message:
    """The message counts as unread again. Raises NotAllowedError when it is somebody else's."""
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    require(message.user_id == by.pk)
    if message.read_at is not None:
        message.read_at = None
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def unread_messages(*, read_at: datetime, by: User, now: datetime) -> int:
    """What this person marked as read all at once at that moment is unread again; returns how many."""
    return Message.objects.visible_to(by).filter(read_at=read_at).update(read_at=None)
