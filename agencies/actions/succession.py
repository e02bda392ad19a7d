from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.actions.people import check_post, deactivate_user
from agencies.actions.rows import DissolvedError, lock_agencies, lock_users, save_user
from agencies.actions.token_changes import lock_tokens
from agencies.models import Agency, Succession, User
from agencies.models.agency import Kind
from agencies.permissions import can_keep_units
from agencies.readers import heirs_of
from agencies.states import agency_state, user_state
from common.errors import InvalidError, require
from common.texts import check_text
from ledger import actions as ledger

BASIS_LENGTH = 200
People = Mapping[int, str | None]  # each person's key → the code of the successor to move to, None for who has left


@dataclass(frozen=True)
class Change:
    """What is recorded: which unit's duties pass to which, and the units that end with it."""

    kind: str
    pairs: Sequence[tuple[str, str]]
    ending: Collection[str]
    effective_on: date
    basis: str

    @property
    def units(self) -> set[str]:
        return {code for pair in self.pairs for code in pair}

    def successors_of(self, code: str) -> list[str]:
        return [successor for predecessor, successor in self.pairs if predecessor == code]


@transaction.atomic
def merge_agencies(
    *,
    predecessors: Sequence[Agency],
    successor: Agency,
    effective_on: date,
    basis: str,
    by: User,
    now: datetime,
    people: People | None = None,
) -> list[Succession]:
    """The predecessors are dissolved and `successor` is the one that takes over; chosen people move to it or leave.

    Who answers for which task does not change yet: that is the director's decision, link by link (tasks.actions.
    move_assignments). People who are not chosen stay where they are. Raises NotAllowedError, DissolvedError when a
    unit has been dissolved already, and InvalidError for a missing basis, a day to come, an unfit successor, a circle,
    or a person of another unit.
    """
    require(can_keep_units(by))
    codes = [each.pk for each in predecessors]
    pairs = [(code, successor.pk) for code in codes]
    change = Change(Succession.Kind.MERGE, pairs, codes, effective_on, check_text("basis", basis, limit=BASIS_LENGTH))
    return _record(change, people=people or {}, by=by, now=now)


@transaction.atomic
def split_agency(
    *,
    predecessor: Agency,
    successors: Sequence[Agency],
    effective_on: date,
    basis: str,
    by: User,
    now: datetime,
    continues: bool = False,
    people: People | None = None,
) -> list[Succession]:
    """The successors take over from `predecessor`, which is dissolved unless it continues with what is left.

    Everything else as `merge_agencies`.
    """
    require(can_keep_units(by))
    pairs = [(predecessor.pk, each.pk) for each in successors]
    ending = [] if continues else [predecessor.pk]
    change = Change(Succession.Kind.SPLIT, pairs, ending, effective_on, check_text("basis", basis, limit=BASIS_LENGTH))
    return _record(change, people=people or {}, by=by, now=now)


def _record(change: Change, *, people: People, by: User, now: datetime) -> list[Succession]:
    """Every lock is taken before the first event: people, units, tokens, in that order."""
    users = lock_users(people)
    units = {each.pk: each for each in lock_agencies(change.units)}
    _check_change(change, units, on=now.date())
    _check_people(change, units, users, people)
    for pk in sorted(people):
        lock_tokens(users[pk])
    rows = [
        Succession(
            predecessor_id=predecessor, successor_id=successor, kind=change.kind, effective_on=change.effective_on,
            basis=change.basis, recorded_at=now, recorded_by=by,
        )
        for predecessor, successor in change.pairs
    ]  # fmt: skip
    Succession.objects.bulk_create(rows)
    for code in dict(change.pairs):
        _note(units[code], change, by=by, now=now)
    for pk in sorted(people):
        _settle(users[pk], units.get(people[pk] or ""), reason=change.basis, by=by, now=now)
    return rows


def _note(agency: Agency, change: Change, *, by: User, now: datetime) -> None:
    before = agency_state(agency)
    if agency.pk in change.ending:
        agency.dissolved_on = change.effective_on
        agency.save(update_fields=["dissolved_on"])
    passed = {"successors": change.successors_of(agency.pk), "effective_on": change.effective_on}
    verb = "merged" if change.kind == Succession.Kind.MERGE else "split"
    ledger.append(
        kind="agency", key=agency.code, verb=verb, by=by, at=now, before=before, reason=change.basis,
        state={**agency_state(agency), **passed},
    )  # fmt: skip


def _settle(user: User, successor: Agency | None, *, reason: str, by: User, now: datetime) -> None:
    """A person goes to the successor, or has left; who headed the old unit does not head the new one for that."""
    if successor is None:
        deactivate_user(user=user, by=by, now=now, reason=reason)
        return
    before = user_state(user)
    user.agency, user.is_head = successor, False
    save_user(user, fields=["agency", "is_head"], verb="moved_unit", before=before, by=by, now=now, reason=reason)


def _check_change(change: Change, units: Mapping[str, Agency], *, on: date) -> None:
    if not change.basis:
        raise InvalidError({"basis": [_("请注明依据文件。")]})
    if change.effective_on > on:
        raise InvalidError({"effective_on": [_("生效日期不能晚于今天；到生效之日再登记。")]})
    if not change.pairs or change.units - units.keys():
        raise InvalidError({"successors": [_("请选择承接单位。")]})
    known = Succession.objects.filter(effective_on=change.effective_on).values_list("predecessor", "successor")
    if len(set(change.pairs)) < len(change.pairs) or set(known) & set(change.pairs):
        raise InvalidError({"successors": [_("这一承接关系已经登记。")]})
    for predecessor, successor in change.pairs:
        _check_predecessor(units[predecessor])
        _check_successor(units[predecessor], units[successor], on=on)


def _check_predecessor(agency: Agency) -> None:
    if agency.dissolved_on:
        raise DissolvedError(_("%(name)s已撤销，不能再登记。") % {"name": agency.name})
    if agency.kind == Kind.OFFICE:
        raise InvalidError({"successors": [_("办公室不在责任单位之列，不能合并或分设。")]})


def _check_successor(predecessor: Agency, successor: Agency, *, on: date) -> None:
    words = {"name": successor.name}
    if predecessor.pk == successor.pk:
        raise InvalidError({"successors": [_("承接单位不能是原单位自己。")]})
    if not Agency.objects.can_succeed(on=on).filter(pk=successor.pk).exists():
        raise InvalidError({"successors": [_("%(name)s不能承接：承接单位须是现有的具体单位。") % words]})
    if predecessor.pk in heirs_of(successor.pk):
        raise InvalidError({"successors": [_("%(name)s的职责原已转到该单位，不能循环承接。") % words]})


def _check_people(change: Change, units: Mapping[str, Agency], users: Mapping[int, User], people: People) -> None:
    for pk, successor in people.items():
        user = users.get(pk)
        if user is None or user.agency_id not in dict(change.pairs) or not user.is_active:
            raise InvalidError({"people": [_("有人员已不在该单位，请重新打开本页。")]})
        if successor is None:
            continue
        if (user.agency_id, successor) not in change.pairs:
            raise InvalidError({"people": [_("人员只能转入承接单位。")]})
        check_post(user.role, units[successor])
