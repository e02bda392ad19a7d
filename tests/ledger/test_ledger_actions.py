import pytest
from django.db import DatabaseError, connection, transaction

from ledger import guards
from ledger.actions import append
from ledger.actors import SYSTEM
from ledger.models import Audience, Event, Head
from ledger.readers import change_feed, last_sequence, states_at, verify
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db


def write(count=1, **changes):
    values = {"kind": "thing", "key": "1", "verb": "changed", "by": SYSTEM, "at": NOW, "state": {"size": 1}}
    return [append(**{**values, **changes}) for _ in range(count)]


def test_append_numbers_events_without_gaps_and_chains_them():
    first, second, third = write(3)
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert Head.objects.get().hash == third.hash
    assert verify() == []


def test_append_names_exactly_the_changed_fields():
    before = {"size": 1, "name": "a", "gone": True}
    (event,) = write(state={"size": 1, "name": "b", "new": NOW.date()}, before=before)
    assert event.changed == {"name": ["a", "b"], "new": [None, "2026-11-18"], "gone": [True, None]}


@transaction.atomic
def write_and_fail():
    write()
    raise RuntimeError


def test_append_vanishes_with_its_transaction():
    write()
    with pytest.raises(RuntimeError):
        write_and_fail()
    assert (Event.objects.count(), last_sequence()) == (1, 1)
    assert verify() == []


REPLACE = "INSERT OR REPLACE INTO ledger_event SELECT * FROM ledger_event"
EMPTY = {"sqlite": REPLACE, "postgresql": "TRUNCATE ledger_event"}


@pytest.mark.parametrize(
    "change", ["UPDATE ledger_event SET reason = 'x'", "DELETE FROM ledger_event", EMPTY[connection.vendor]]
)
def test_database_refuses_to_change_or_remove_an_event(change):
    write(2)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Event.objects.count() == 2


def without_triggers(sql):
    """What somebody with the database's own powers could do."""
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("tampering", "place"),
    [
        ("UPDATE ledger_event SET reason = 'x' WHERE sequence = 2", 2),
        ("UPDATE ledger_event SET actor_name = 'x' WHERE sequence = 1", 1),
        ("DELETE FROM ledger_event WHERE sequence = 2", 2),
        ("DELETE FROM ledger_event WHERE sequence = 3", 3),
        ("UPDATE ledger_head SET sequence = 2", 3),
    ],
)
def test_verify_locates_tampering(tampering, place):
    write(3)
    without_triggers(tampering)
    assert [each.sequence for each in verify()] == [place]


def test_change_feed_pages_without_gap_or_repeat():
    write(5)
    everything = Event.objects.all()
    first = change_feed(everything, after=0, limit=2)
    second = change_feed(everything, after=first["last"], limit=2)
    third = change_feed(everything, after=second["last"], limit=2)
    seen = [event["sequence"] for page in (first, second, third) for event in page["events"]]
    assert seen == [1, 2, 3, 4, 5]
    assert [page["more"] for page in (first, second, third)] == [True, True, False]


def test_change_feed_accounts_for_events_the_reader_may_not_see():
    write(2, audience=Audience.RESTRICTED)
    page = change_feed(Event.objects.filter(audience=Audience.PUBLIC), after=0, limit=10)
    assert (page["events"], page["last"], page["more"]) == ([], 2, False)


def test_states_at_gives_the_last_state_of_each_object_still_there():
    later = NOW.replace(hour=12)
    write(key="1", state={"size": 1})
    write(key="2", state={"size": 2})
    write(key="1", state={"size": 9}, at=later)
    write(key="2", state=None, at=later)
    events = Event.objects.all()
    assert states_at("thing", NOW, events) == [{"size": 1}, {"size": 2}]
    assert states_at("thing", later, events) == [{"size": 9}]


def test_visible_to_shows_each_part_what_it_may_read(cast):
    write()
    write(audience=Audience.AGENCY, agency="lead-unit")
    write(audience=Audience.UNIT, agency="lead-unit")
    write(audience=Audience.RESTRICTED)

    def seen(user):
        return Event.objects.visible_to(user).count()

    assert (seen(cast.auditor), seen(cast.director), seen(cast.leader)) == (4, 3, 3)
    assert (seen(cast.lead_reporter), seen(cast.co_reporter), seen(cast.outsider)) == (3, 1, 1)


def test_visible_to_shows_a_token_without_writing_no_draft(cast):
    write(audience=Audience.UNIT, agency="lead-unit")
    client = UserFactory(agency=cast.lead, role="client")
    assert not Event.objects.visible_to(client.limited_to(["changes:read"])).exists()
    assert Event.objects.visible_to(client.limited_to(["changes:read", "progress:write"])).exists()


def test_append_refuses_a_float():
    with pytest.raises(TypeError, match="Decimal"):
        write(state={"percent": 95.5})
