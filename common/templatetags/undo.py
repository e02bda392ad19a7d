"""{% with undo=message|undo %}: the way back that a message offers."""

from django import template
from django.contrib.messages.storage.base import Message

from common.undoing import Undo, undo_of

register = template.Library()


@register.filter
def undo(message: Message) -> Undo | None:
    return undo_of(message)
