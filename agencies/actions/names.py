from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.actions.rows import check_fields
from agencies.models import Agency, AgencyName, User
from agencies.permissions import can_rename
from agencies.states import agency_state
from common.errors import InvalidError, require
from ledger import actions as ledger


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
    """The unit bears this name from the day on; the newest of its names becomes the current one, older ones stay.

    Raises NotAllowedError, and InvalidError for a day to come, a day that has a name already, or a missing basis.
    """
    require(can_rename(by))
    agency = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if valid_from > now.date():
        raise InvalidError({"valid_from": [_("启用日期不能晚于今天。")]})
    if AgencyName.objects.filter(agency=agency, valid_from=valid_from).exists():
        raise InvalidError({"valid_from": [_("该单位在这一天已有一个名称。")]})
    texts = {"name": name.strip(), "short_name": short_name.strip(), "name_en": name_en.strip()}
    entry = AgencyName(agency=agency, valid_from=valid_from, basis=basis.strip(), **texts)
    check_fields(entry)
    before = agency_state(agency)
    entry.save(force_insert=True)
    _take_newest(agency)
    ledger.append(
        kind="agency", key=agency.code, verb="renamed", by=by, at=now, before=before, reason=entry.basis,
        state={**agency_state(agency), "named": {**texts, "valid_from": valid_from}},
    )  # fmt: skip
    return agency


def _take_newest(agency: Agency) -> None:
    newest = AgencyName.objects.filter(agency=agency).order_by("-valid_from")[0]
    agency.name, agency.short_name, agency.name_en = newest.name, newest.short_name, newest.name_en
    agency.save(update_fields=["name", "short_name", "name_en"])
