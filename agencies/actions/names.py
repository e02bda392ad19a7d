from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.actions.rows import check_fields, lock_agencies
from agencies.models import Agency, AgencyName, User
from agencies.permissions import can_rename
from agencies.readers import names_to_take_up
from agencies.states import agency_state
from common.errors import InvalidError, require
from ledger import actions as ledger
from ledger.actors import Actor

AHEAD = timedelta(days=366)  # a decision names its day at most a year before; anything later is a slip of the hand
NAME_FIELDS = ("name", "short_name", "name_en")


@transaction.atomic
def rename_agency(
    *,
    agency: Agency,
    name: str,
    short_name: str,
    name_en: str,
    valid_from: date,
    basis: str,
    by: User,
    now: datetime,
) -> Agency:
    """The unit bears this name from the day on; the newest name that is in force is kept on the unit, older ones stay.

    A name of a day to come is entered ahead and taken up on that day (`take_up_names`). Raises NotAllowedError, and
    InvalidError for a day more than a year ahead, a day that has a name already, or a missing basis.
    """
    require(can_rename(by))
    (agency,) = lock_agencies([agency.pk])
    if valid_from > now.date() + AHEAD:
        raise InvalidError({"valid_from": [_("启用日期最多可以提前一年录入。")]})
    if AgencyName.objects.filter(agency=agency, valid_from=valid_from).exists():
        raise InvalidError({"valid_from": [_("该单位在这一天已有一个名称。")]})
    texts = {"name": name.strip(), "short_name": short_name.strip(), "name_en": name_en.strip()}
    entry = AgencyName(agency=agency, valid_from=valid_from, basis=basis.strip(), **texts)
    check_fields(entry)
    before = agency_state(agency)
    entry.save(force_insert=True)
    _take_newest(agency, on=now.date())
    ledger.append(
        kind="agency", key=agency.code, verb="renamed", by=by, at=now, before=before, reason=entry.basis,
        state={**agency_state(agency), "named": {**texts, "valid_from": valid_from}},
    )  # fmt: skip
    return agency


@transaction.atomic
def take_up_names(*, by: Actor, now: datetime) -> list[Agency]:
    """Every unit bears the name whose day has come; nothing happens to those that do already.

    Safe to repeat, to miss and to run twice at once: what is due is read again once the units are locked.
    """
    agencies = lock_agencies(names_to_take_up(on=now.date()))
    befores = {agency.code: agency_state(agency) for agency in agencies}
    taken = [agency for agency in agencies if _take_newest(agency, on=now.date())]
    for agency in taken:
        ledger.append(
            kind="agency", key=agency.code, verb="name_taken_up", by=by, at=now, state=agency_state(agency),
            before=befores[agency.code],
        )  # fmt: skip
    return taken


def _take_newest(agency: Agency, *, on: date) -> bool:
    """Keep on a locked unit the newest name in force on the day; whether that is another one."""
    newest = AgencyName.objects.filter(agency=agency, valid_from__lte=on).order_by("-valid_from").first()
    if newest is None or all(getattr(agency, each) == getattr(newest, each) for each in NAME_FIELDS):
        return False
    for each in NAME_FIELDS:
        setattr(agency, each, getattr(newest, each))
    agency.save(update_fields=NAME_FIELDS)
    return True
