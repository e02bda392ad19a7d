import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from common.requests import current_request_id
from ledger.actors import Actor
from ledger.chain import event_hash
from ledger.models import Audience, Event, Head

State = dict[str, Any]


@transaction.atomic(savepoint=False)
def append(
    *,
    kind: str,
    key: str,
    verb: str,
    by: Actor,
    at: datetime,
    state: State | None,
    before: State | None = None,
    reason: str = "",
    audience: Audience = Audience.PUBLIC,
    agency: str = "",
) -> Event:
    """Write one event at the end of the chain, in the caller's transaction.

    `state` is the object's whole public state after the change (None when it is gone), `before` the one it had.
    Takes the head row's lock until the transaction ends, so the caller locks its own rows first.
    """
    after = _plain(state)
    head, _created = Head.objects.select_for_update().get_or_create(pk=1)
    event = Event(
        sequence=head.sequence + 1,
        at=at,
        actor_id=by.actor_id,
        actor_name=by.actor_name,
        actor_agency=by.actor_agency,
        kind=kind,
        key=key,
        verb=verb,
        changed=_changes(_plain(before) or {}, after or {}),
        state=after,
        reason=reason,
        audience=audience,
        agency=agency,
        request_id=current_request_id(),
        previous_hash=head.hash,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    head.sequence, head.hash = event.sequence, event.hash
    head.save(update_fields=["sequence", "hash"])
    return event


def freeze_head() -> str:
    """The hash of the last event; nothing comes after it before the caller's own, since the head stays locked."""
    head, _created = Head.objects.select_for_update().get_or_create(pk=1)
    return head.hash


def _plain(state: State | None) -> State | None:
    """The state as JSON will give it back, so that a hash made now equals one made after reading."""
    if state is None:
        return None
    plain: State = json.loads(json.dumps(state, cls=DjangoJSONEncoder), parse_float=_refuse_float)
    return plain


def _refuse_float(number: str) -> float:
    """PostgreSQL gives some floats back in another shape, and the hash would no longer fit."""
    raise TypeError(f"a state holds no floats, use Decimal: {number}")


def _changes(before: State, after: State) -> dict[str, list[Any]]:
    """Field → [old, new] for every field whose value differs."""
    names = [*after, *(name for name in before if name not in after)]
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}
