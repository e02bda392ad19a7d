"""推送地址: kept by the administrator. Keys never stand in the ledger, nor addresses, since a robot's holds its key."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, User
from common.errors import DomainError, InvalidError, StaleVersionError, require
from ledger import actions as ledger
from ledger.actors import Actor
from ledger.models import Audience
from ledger.readers import last_sequence
from supervision.actions.webhooks import Outcome, make_envelope, send_envelope
from supervision.announcements import announce_test
from supervision.models import Endpoint, Level
from supervision.permissions import can_manage_endpoints
from supervision.webhooks import STANDARD, make_secret

ROTATION = timedelta(days=7)  # so long both keys sign, for receivers to take over the new one (ours)
PLACE = ("sent_through", "round", "changes_due_at")  # an address's place in the ledger


class EndpointRetiredError(DomainError):
    """停用的推送地址不再改动."""

    code = "endpoint_retired"
    message = gettext_lazy("这个推送地址已停用，需要时请另建一个。")


class NoChangesError(DomainError):
    """这个推送地址没有开启推送变更."""

    code = "endpoint_gets_no_changes"
    message = gettext_lazy("这个推送地址没有开启“推送变更”，没有可以重新推送的。")


@transaction.atomic
def create_endpoint(
    *,
    name: str,
    url: str,
    template: str,
    agency: Agency | None,
    min_level: int,
    by: User,
    now: datetime,
    pushes_changes: bool = False,
) -> Endpoint:
    """The address gets what falls due or changes from now on; its new key is on the object, to be shown this once.

    Raises NotAllowedError, and InvalidError for an address that is none or a name that is taken.
    """
    require(can_manage_endpoints(by))
    endpoint = Endpoint(
        name=name.strip(), url=url.strip(), template=template, agency=agency, min_level=min_level,
        pushes_changes=pushes_changes, sent_through=last_sequence(), secret=make_secret(), created_at=localtime(now),
        created_by=by,
    )  # fmt: skip
    _check(endpoint)
    endpoint.save(force_insert=True)
    _write(endpoint, verb="created", before=None, by=by, now=now)
    return endpoint


@transaction.atomic
def update_endpoint(
    *,
    endpoint: Endpoint,
    name: str,
    url: str,
    template: str,
    agency: Agency | None,
    min_level: int,
    pushes_changes: bool,
    by: User,
    now: datetime,
    version: int | None = None,
) -> Endpoint:
    """The address has these particulars; the key stays. Changes that are wanted anew are those from now on; another
    address is tried at once. Raises NotAllowedError, StaleVersionError, EndpointRetiredError and InvalidError.
    """
    endpoint = _lock(endpoint, version=version, by=by)
    before = _state(endpoint)
    endpoint.name, endpoint.url, endpoint.template = name.strip(), url.strip(), template
    endpoint.agency, endpoint.min_level = agency, min_level
    if pushes_changes and not endpoint.pushes_changes:
        _set_place(endpoint, last_sequence())
    endpoint.pushes_changes = pushes_changes
    _check(endpoint)
    state = _state(endpoint)
    if state == before:
        return endpoint
    if state["url_digest"] != before["url_digest"]:
        endpoint.changes_due_at = None
    fields = ["name", "url", "template", "agency", "min_level", "pushes_changes", *PLACE]
    return _save(endpoint, fields, verb="updated", before=before, by=by, now=now)


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, by: User, now: datetime, version: int | None = None) -> Endpoint:
    """A new key signs, for a week the old one beside it. Raises as `update_endpoint` does."""
    endpoint = _lock(endpoint, version=version, by=by)
    before = _state(endpoint)
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, localtime(now) + ROTATION
    endpoint.secret = make_secret()
    fields = ["secret", "previous_secret", "previous_until"]
    return _save(endpoint, fields, verb="key_rotated", before=before, by=by, now=now)


@transaction.atomic
def retire_endpoint(*, endpoint: Endpoint, by: User, now: datetime, version: int | None = None) -> Endpoint:
    """Nothing goes there any more; what waits is suppressed when its turn comes. Raises as `update_endpoint` does."""
    endpoint = _lock(endpoint, version=version, by=by)
    before = _state(endpoint)
    endpoint.is_active, endpoint.retired_at, endpoint.retired_by = False, localtime(now), by
    fields = ["is_active", "retired_at", "retired_by"]
    return _save(endpoint, fields, verb="retired", before=before, by=by, now=now)


@transaction.atomic
def replay_changes(*, endpoint: Endpoint, after: int, by: Actor, now: datetime, version: int | None = None) -> Endpoint:
    """What follows this number in the ledger goes there once more, under the webhook-ids that it had.

    Raises NotAllowedError, StaleVersionError, EndpointRetiredError, NoChangesError, and InvalidError for a number that
    the ledger has not reached.
    """
    endpoint = _lock(endpoint, version=version, by=by)
    if not endpoint.pushes_changes:
        raise NoChangesError
    newest = last_sequence()
    if not 0 <= after <= newest:
        raise InvalidError({"after": [_("请填写 0 到 %(newest)d 之间的序号。") % {"newest": newest}]})
    before = _state(endpoint)
    _set_place(endpoint, after)
    return _save(endpoint, list(PLACE), verb="changes_replayed", before=before, by=by, now=now)


def send_test(*, endpoint: Endpoint, by: User, now: datetime) -> Outcome:
    """A test message has been sent, outside any transaction; the ledger says that, and whether it was taken.

    Raises NotAllowedError and EndpointRetiredError.
    """
    require(can_manage_endpoints(by))
    if not endpoint.is_active:
        raise EndpointRetiredError
    told = announce_test(endpoint, now=now)
    key = f"msg_test_{hashlib.sha256(f'{endpoint.pk} {now.isoformat()}'.encode()).hexdigest()[:16]}"
    outcome = send_envelope(make_envelope(endpoint, told, message_id=key, now=now))
    with transaction.atomic():
        _write(endpoint, verb="tested", before=_state(endpoint), by=by, now=now, reason=outcome.error)
    return outcome


def _set_place(endpoint: Endpoint, sequence: int) -> None:
    """The address is told what follows this number, from the next turn on; who is at it now gives up."""
    endpoint.sent_through, endpoint.round, endpoint.changes_due_at = sequence, endpoint.round + 1, None


def _lock(endpoint: Endpoint, *, version: int | None, by: Actor) -> Endpoint:
    require(can_manage_endpoints(by))
    endpoint = Endpoint.objects.select_for_update(no_key=True, of=("self",)).get(pk=endpoint.pk)
    if version is not None and endpoint.version != version:
        raise StaleVersionError(current=endpoint)
    if not endpoint.is_active:
        raise EndpointRetiredError
    return endpoint


def _check(endpoint: Endpoint) -> None:
    """What the model refuses, by field, and a level that there is not."""
    if endpoint.min_level not in Level.values:
        raise InvalidError({"min_level": [_("没有这个级别。")]})
    if Endpoint.objects.filter(name=endpoint.name).exclude(pk=endpoint.pk).exists():
        raise InvalidError({"name": [_("已有同名的推送地址。")]})
    if endpoint.pushes_changes and endpoint.template != STANDARD:
        raise InvalidError({"pushes_changes": [_("群机器人只收提醒，不能推送变更。")]})
    try:
        endpoint.full_clean(exclude=("secret", "previous_secret"))
    except ValidationError as error:
        raise InvalidError(error.message_dict) from error
    if not endpoint.url.startswith(("https://", "http://")):
        raise InvalidError({"url": [_("地址要以 https:// 开头。")]})


def _save(
    endpoint: Endpoint, fields: list[str], *, verb: str, before: dict[str, Any], by: Actor, now: datetime
) -> Endpoint:
    endpoint.version += 1
    endpoint.save(update_fields=[*fields, "version"])
    _write(endpoint, verb=verb, before=before, by=by, now=now)
    return endpoint


def _write(
    endpoint: Endpoint, *, verb: str, before: dict[str, Any] | None, by: Actor, now: datetime, reason: str = ""
) -> None:
    ledger.append(
        kind="endpoint", key=str(endpoint.pk), verb=verb, by=by, at=now, state=_state(endpoint), before=before,
        reason=reason, audience=Audience.RESTRICTED, agency=endpoint.agency_id or "",
    )  # fmt: skip


def _state(endpoint: Endpoint) -> dict[str, Any]:
    """The digest shows that an address was changed without showing the address."""
    return {
        "id": endpoint.pk,
        "name": endpoint.name,
        "host": endpoint.host,
        "url_digest": hashlib.sha256(endpoint.url.encode()).hexdigest()[:12],
        "template": endpoint.template,
        "agency": endpoint.agency_id,
        "min_level": endpoint.min_level,
        "pushes_changes": endpoint.pushes_changes,
        "sent_through": endpoint.sent_through,
        "round": endpoint.round,
        "is_active": endpoint.is_active,
        "previous_until": endpoint.previous_until,
        "retired_at": endpoint.retired_at,
    }
