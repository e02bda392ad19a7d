from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agencies.actions.rows import check_fields
from agencies.models import Agency, AgencyName, User
from agencies.models.agency import Kind
from agencies.permissions import can_keep_units
from agencies.states import agency_state
from common.errors import InvalidError, require
from ledger import actions as ledger
from zones.models import Zone

RESERVED = frozenset({"new"})  # addresses of this room


@transaction.atomic
def create_agency(
    *,
    code: str,
    kind: str,
    name: str,
    short_name: str,
    name_en: str,
    valid_from: date,
    basis: str,
    by: User,
    now: datetime,
    zone: Zone | None = None,
) -> Agency:
    """A unit that the plan does not know exists, with its first name from a day on; it stands last in every list.

    Raises NotAllowedError, and InvalidError for a code that is taken or reserved, a kind that only the plan gives (an
    open set, a second office), a day to come, or a missing text.
    """
    require(can_keep_units(by))
    if kind in {Kind.OPEN_SET, Kind.OFFICE}:
        raise InvalidError({"kind": [_("开放集合和办公室由方案确定，不能新增。")]})
    if code in RESERVED:
        raise InvalidError({"code": [_("这个代码系统已用，请换一个。")]})
    if valid_from > now.date():
        raise InvalidError({"valid_from": [_("启用日期不能晚于今天。")]})
    list(Agency.objects.select_for_update(no_key=True, of=("self",)).order_by("-order")[:1])  # one new order at a time
    last = Agency.objects.aggregate(last=Max("order"))["last"] or 0
    texts = {"name": name.strip(), "short_name": short_name.strip(), "name_en": name_en.strip()}
    agency = Agency(code=code.strip(), order=last + 1, kind=kind, zone=zone, **texts)
    check_fields(agency)
    first = AgencyName(agency=agency, valid_from=valid_from, basis=basis.strip(), **texts)
    check_fields(first, exclude=("agency",))
    agency.save(force_insert=True)
    first.save(force_insert=True)
    ledger.append(
        kind="agency", key=agency.code, verb="created", by=by, at=now, state=agency_state(agency), reason=first.basis
    )
    return agency
