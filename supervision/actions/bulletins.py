"""通报: drafted on its date from what stands under 督办, issued by the director on a frozen snapshot."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, StaleVersionError, require
from common.texts import check_text
from ledger.actions import freeze_head
from ledger.actors import Actor
from supervision.actions.notices import DOCUMENT_NUMBER_LENGTH
from supervision.actions.outbox import store_deliveries
from supervision.actions.rows import next_number, record_bulletin
from supervision.models import Bulletin, Level
from supervision.permissions import can_issue_bulletin
from supervision.readers import bulletin_items, due_bulletin, gather_clocks, plan_deliveries
from supervision.states import draft_of_bulletin
from supervision.status import BulletinStatus
from tasks.models import Task

NOTE_LENGTH = 1000


class BulletinIssuedError(DomainError):
    """这期通报已经印发."""

    code = "bulletin_issued"


class BulletinEmptyError(DomainError):
    """没有可列入的事项."""

    code = "bulletin_empty"


@transaction.atomic
def draft_bulletin(*, by: Actor, now: datetime) -> Bulletin | None:
    """The bulletin whose date has come stands as a draft with its items, once; None if there is nothing to draft."""
    on = due_bulletin(on=now.date())
    items = bulletin_items(on=on) if on else []
    if on is None or not items:
        return None
    bulletin, is_new = Bulletin.objects.get_or_create(on=on, defaults={"items": items, "drafted_at": now})
    if not is_new:
        return None
    record_bulletin(bulletin, verb="bulletin_drafted", before=None, by=by, now=now)
    return bulletin


@transaction.atomic
def issue_bulletin(
    *, bulletin: Bulletin, note: str, by: User, now: datetime, document_number: str = "", version: int | None = None
) -> Bulletin:
    """The bulletin is out under its number: its items and the ledger's head are frozen, and every member unit gets it.

    What has been settled since the draft is no longer named. Raises NotAllowedError, StaleVersionError,
    BulletinIssuedError, BulletinEmptyError, InvalidError.
    """
    require(can_issue_bulletin(by))
    bulletin = Bulletin.objects.select_for_update(no_key=True, of=("self",)).get(pk=bulletin.pk)
    if version is not None and bulletin.version != version:
        raise StaleVersionError(current=bulletin)
    if bulletin.status == BulletinStatus.ISSUED:
        raise BulletinIssuedError(_("这期通报已经印发，不能再改。"))
    note = check_text("note", note, limit=NOTE_LENGTH)
    number = check_text("document_number", document_number, limit=DOCUMENT_NUMBER_LENGTH)
    items = bulletin_items(on=bulletin.on)
    if not items:
        raise BulletinEmptyError(_("列入的事项都已了结，这期通报不必印发。"))
    before = draft_of_bulletin(bulletin)
    bulletin.status, bulletin.issued_at, bulletin.issued_by = BulletinStatus.ISSUED, now, by
    bulletin.items, bulletin.note, bulletin.document_number = items, note, number
    bulletin.year, bulletin.serial = now.year, next_number(Level.BULLETIN, now.year)
    bulletin.version += 1
    bulletin.save()
    _put_into_outbox(bulletin, now=now)
    bulletin.head = freeze_head()
    bulletin.save(update_fields=["head"])
    record_bulletin(bulletin, verb="bulletin_issued", before=before, by=by, now=now)
    return bulletin


def _put_into_outbox(bulletin: Bulletin, *, now: datetime) -> None:
    """Due at once in working hours, to the approvers and heads of all member units."""
    day_plan = plan_deliveries(gather_clocks(Task.objects.none(), on=now.date()), on=now.date())
    due_at = day_plan.gathered.calendar.next_working_moment(now)
    planned = [each for each in day_plan.deliveries.values() if each.bulletin == bulletin.pk]
    store_deliveries(planned, now=now, due_at=due_at)
