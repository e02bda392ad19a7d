from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import get_language
from knox.settings import CONSTANTS

from agencies.models import (
    Agency,
    AgencyName,
    AgencyQuerySet,
    ApiToken,
    ApiTokenQuerySet,
    LeaveQuerySet,
    Succession,
    SuccessionQuerySet,
    User,
    UserQuerySet,
)
from agencies.permissions import can_set_leave
from agencies.roles import Role, Scope
from common.requests import kept
from common.texts import join_words


def find_people(
    people: UserQuerySet, *, q: str = "", agency: Any = None, role: str = "", state: str = ""
) -> UserQuerySet:
    """The people of an already scoped queryset that a filter asks for; those who left only on request."""
    if state != "all":
        people = people.filter(is_active=state != "left")
    if agency is not None:
        people = people.filter(agency=agency)
    if role:
        people = people.filter(role=role)
    for word in q.split():
        people = people.filter(
            Q(name__icontains=word) | Q(username__icontains=word) | Q(phone__contains=word) | Q(email__icontains=word)
        )
    return people


def people_list(people: UserQuerySet) -> UserQuerySet:
    """The same with each one's unit, unit by unit in the plan's order, those without one last."""
    return people.select_related("agency").order_by(F("agency__order").asc(nulls_last=True), "username")


def name_history(code: str, *, on: date) -> list[dict[str, Any]]:
    """A unit's names, the newest first, each with its `standing` on a day: coming, current or former."""
    columns = ("name", "short_name", "name_en", "valid_from", "basis")
    rows = list(AgencyName.objects.filter(agency=code).order_by("-valid_from").values(*columns))
    current = next((row for row in rows if row["valid_from"] <= on), None)
    return [
        {**row, "standing": "current" if row is current else "coming" if row["valid_from"] > on else "former"}
        for row in rows
    ]


def units_by_code() -> dict[str, Agency]:
    """Every unit by its code, for pages that name many (one query, once in a request that only reads)."""
    return kept("units", Agency.objects.in_bulk)


def staff_of(people: UserQuerySet, code: str) -> list[User]:
    """The serving people of a unit, as far as the already scoped queryset shows them."""
    return list(people.serving().filter(agency=code).order_by("role", "username"))


# -- names by their days -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Name:
    """What a unit was called on a day."""

    name: str
    short_name: str
    name_en: str

    @property
    def label(self) -> str:
        """Short, in the reader's language."""
        return self.name_en if get_language() == "en" else self.short_name

    @property
    def full_label(self) -> str:
        """In full, in the reader's language."""
        return self.name_en if get_language() == "en" else self.name


class NameBook:
    """Units' names by their days, read once (two queries), for pages that look at many days at once."""

    def __init__(self, agencies: AgencyQuerySet | None = None) -> None:
        kept = (Agency.objects.all() if agencies is None else agencies).values_list("code", *_TEXTS)
        self._kept = {code: Name(*texts) for code, *texts in kept}
        self._dated: dict[str, list[tuple[date, Name]]] = defaultdict(list)
        rows = AgencyName.objects.filter(agency__in=self._kept).order_by("-valid_from")
        for code, valid_from, *texts in rows.values_list("agency", "valid_from", *_TEXTS):
            self._dated[code].append((valid_from, Name(*texts)))

    def on(self, code: str, day: date) -> Name:
        """The name of the day; before the first dated one, the one kept on the unit. An unknown code names itself."""
        name = next((name for valid_from, name in self._dated.get(code, ()) if valid_from <= day), None)
        return name or self._kept.get(code) or Name(code, code, code)


_TEXTS = ("name", "short_name", "name_en")


def names_on(codes: Iterable[str], day: date) -> dict[str, Name]:
    """What each of these units was called on a day: old documents keep the name of their day (two queries)."""
    wanted = sorted(set(codes))
    book = NameBook(Agency.objects.filter(pk__in=wanted))
    return {code: book.on(code, day) for code in wanted}


def name_on(agency: Agency, day: date) -> Name:
    """What a unit was called on a day."""
    return names_on([agency.code], day)[agency.code]


def names_to_take_up(*, on: date) -> list[str]:
    """The units whose newest name in force on the day is not yet the one kept on them."""
    newest = AgencyName.objects.filter(agency=OuterRef("pk"), valid_from__lte=on).order_by("-valid_from")
    named = Agency.objects.annotate(**{f"due_{each}": Subquery(newest.values(each)[:1]) for each in _TEXTS})
    is_other = Q()
    for each in _TEXTS:
        is_other |= ~Q(**{each: F(f"due_{each}")})
    return list(named.filter(is_other, due_name__isnull=False).order_by("pk").values_list("pk", flat=True))


# -- succession ----------------------------------------------------------------------------------------------------


def successions_of(seen: SuccessionQuerySet, code: str) -> dict[str, list[Succession]]:
    """Where a unit's duties went, and whose it took over, oldest first (one query)."""
    rows = list(seen.of(code).select_related("predecessor", "successor").order_by("effective_on", "pk"))
    return {
        "successors": [row for row in rows if row.predecessor_id == code],
        "predecessors": [row for row in rows if row.successor_id == code],
    }


def heirs_of(code: str) -> dict[str, date]:
    """Every unit that took over from this one, at once or through others, and since when it stands for it."""
    return heirs_among(list(Succession.objects.values_list("predecessor", "successor", "effective_on")), code)


def heirs_among(passed: list[tuple[str, str, date]], code: str) -> dict[str, date]:
    """The same among rows (predecessor, successor, day): through others a unit stands in from the latest day on."""
    since = {code: date.min}
    for _round in passed:  # no way is longer than there are rows
        for predecessor, successor, day in passed:
            if predecessor in since:
                since[successor] = min(since.get(successor, date.max), max(since[predecessor], day))
    del since[code]
    return since


def leave_subjects(people: UserQuerySet, *, by: User) -> UserQuerySet:
    """Those of an already scoped queryset for whom this person may say who stands in; as `can_set_leave` has it."""
    subjects = people_list(people.serving().exclude(agency=None))
    if by.manages_people:
        return subjects
    if by.role == Role.APPROVER:
        return subjects.filter(agency=by.agency_id)
    return subjects.filter(pk=by.pk)


def leave_rows(leaves: LeaveQuerySet, *, on: date, by: User) -> list[dict[str, Any]]:
    """The absences of an already scoped queryset that hold on a day or later, the earliest first (one query)."""
    found = leaves.standing().filter(ends_on__gte=on).order_by("starts_on", "pk")
    return [
        {
            "id": each.pk,
            "user": each.user,
            "delegate": each.delegate,
            "starts_on": each.starts_on,
            "ends_on": each.ends_on,
            "is_now": each.starts_on <= on,
            "can_cancel": can_set_leave(by, each.user),
        }
        for each in found.select_related("user__agency", "delegate")
    ]


# -- tokens --------------------------------------------------------------------------------------------------------


def find_tokens(tokens: ApiTokenQuerySet, *, at: datetime, q: str = "", state: str = "") -> ApiTokenQuerySet:
    """The keys of an already scoped queryset that a filter asks for, the next to end first; ended ones on request."""
    if state != "all":
        tokens = tokens.ended(at=at) if state == "ended" else tokens.in_force(at=at)
    for word in q.split():
        tokens = tokens.filter(
            Q(name__icontains=word)
            | Q(token_key__istartswith=word[: CONSTANTS.TOKEN_KEY_LENGTH])
            | Q(user__name__icontains=word)
            | Q(user__username__icontains=word)
        )
    return tokens.order_by("revoked_at", F("expiry").asc(nulls_last=True), "name", "created")


def token_rows(tokens: Iterable[ApiToken], *, at: datetime) -> list[dict[str, Any]]:
    """Keys as people read them, without the key; see `with_standing` for what must be loaded."""
    return [_token_row(token, at) for token in tokens]


def with_standing(tokens: ApiTokenQuerySet) -> ApiTokenQuerySet:
    """The same with account, unit, who revoked it and what came in its place (one query)."""
    return tokens.select_related("user__agency", "revoked_by", "replaces", "replaced_by")


def _token_row(token: ApiToken, at: datetime) -> dict[str, Any]:
    user, newer = token.user, getattr(token, "replaced_by", None)
    state = _token_standing(token, at, is_replaced=newer is not None)
    return {
        "token_key": token.token_key,
        "name": token.name,
        "username": user.username,
        "holder": None if user.role == Role.CLIENT else user.name,
        "agency": user.agency.full_label if user.agency else None,
        "scopes": join_words(Scope(scope).label for scope in token.scopes),
        "created": token.created,
        "expires_at": token.expiry,
        "days": None if token.expiry is None else max(0, (token.expiry - at).days),
        "networks": token.networks,
        "per_minute": token.per_minute,
        "last_used_at": token.last_used_at,
        "last_used_from": token.last_used_from,
        "state": state,
        "is_in_force": state not in {"revoked", "expired"},
        "revoked_at": token.revoked_at,
        "revoked_by": token.revoked_by,
        "newer": newer and newer.token_key,
        "older": token.replaces and token.replaces.token_key,
        "is_demo": token.is_demo,
    }


def _token_standing(token: ApiToken, at: datetime, *, is_replaced: bool) -> str:
    """revoked, expired, replaced (good until its end), expiring (soon) or active."""
    if token.revoked_at:
        return "revoked"
    if token.expiry is not None and token.expiry <= at:
        return "expired"
    if is_replaced:
        return "replaced"
    return "expiring" if token.expiry is not None and token.expiry <= at + ApiToken.SOON else "active"
