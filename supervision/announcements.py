"""A reminder as it is pushed: codes and numbers for programs, and the same words as in the inbox for chat robots."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ledger.models import Event
from supervision.models import Delivery, Endpoint, Level
from supervision.notifications import Item
from supervision.webhooks import Announcement


def webhook_id(delivery: Delivery) -> str:
    """The same for every attempt, so that a receiver can tell a second copy."""
    return f"msg_{hashlib.sha256(delivery.dedupe_key.encode()).hexdigest()[:32]}"


def announce(item: Item) -> Announcement:
    """What an endpoint is told about one step; thin, because who receives it can ask for the rest."""
    row, task = item.delivery, item.task
    with translation.override(settings.LANGUAGE_CODE):
        return Announcement(
            kind=f"reminder.{Level(row.level).name.lower()}",
            at=row.created_at,
            title=_title(item),
            lines=(item.wording.sentence(), item.wording.advice()) if task else (),
            url=item.url,
            data={
                "task": task.number if task else None,
                "level": row.level,
                "reason": row.reason,
                "limit": item.wording.limit.isoformat(),
                "period": item.wording.period,
                "notice": row.notice.number if row.notice else "",
                "bulletin": row.bulletin.number if row.bulletin else "",
            },
        )


def _title(item: Item) -> str:
    if item.task is None:
        return item.level_label
    values = {"level": item.level_label, "number": item.task.number, "title": item.task.title, "lead": item.lead}
    return _("【%(level)s】任务%(number)s %(title)s（%(lead)s）") % values


def change_id(sequence: int) -> str:
    """The same for every attempt and every replay, so that a receiver can tell a second copy."""
    return f"evt_{sequence}"


def announce_change(event: Event) -> Announcement:
    """A change by its number and names alone; the state is to be had at /changes/, with the receiver's own rights."""
    data = {"sequence": event.sequence, "kind": event.kind, "key": event.key, "verb": event.verb}
    return Announcement(kind=f"{event.kind}.{event.verb}", at=event.at, data=data)


def announce_test(endpoint: Endpoint, *, now: datetime) -> Announcement:
    """What the administrator sends to see whether an endpoint hears."""
    with translation.override(settings.LANGUAGE_CODE):
        return Announcement(
            kind="endpoint.test",
            at=now,
            title=_("【测试】推送地址“%(name)s”") % {"name": endpoint.name},
            lines=(_("收到这条消息，说明推送地址可用。"),),
            url=settings.SITE_URL,
        )
