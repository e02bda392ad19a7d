"""Cursor paging by key: a page starts after the last row of the one before, wherever that row stands by now.

A cursor holds the sort values of a row and is signed, so that it is never anything but what was handed out. Rows that
are written meanwhile neither move the others nor come twice; with an ordering that changes itself (percent, light) a
row that moves is shown where it stands when its page is read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from django.core.signing import BadSignature, Signer
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from common.api.errors import ParametersError

Row = dict[str, Any]

PAGE_SIZE = 100
MAX_PAGE_SIZE = 500
NOTHING = Q(pk__in=[])


class InvalidCursorError(ParametersError):
    """位置无效: the cursor was not handed out by this list in this ordering."""

    code = "invalid_cursor"

    def __init__(self) -> None:
        super().__init__({"cursor": [_("位置无效；请从第一页重新取，或沿用原来的排序。")]})


@dataclass(frozen=True)
class Key:
    """One sort key: the column, how to find its value in a finished row, how to read it back from a cursor.

    A column that always has a value says so with `is_always_there`: then an index gives the rows in order.
    """

    field: str
    of: Callable[[Row], Any]
    descending: bool = False
    read: Callable[[Any], Any] = int
    is_always_there: bool = False

    def reversed(self) -> "Key":
        return replace(self, descending=not self.descending)

    def expression(self, *, backward: bool) -> Any:
        """The ORDER BY term; a missing value always stands at the end of the list."""
        turn = F(self.field).desc if self.descending != backward else F(self.field).asc
        if self.is_always_there:
            return turn()
        return turn(nulls_first=True) if backward else turn(nulls_last=True)

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.field}__isnull": True}) if value is None else Q(**{self.field: value})

    def beyond(self, value: Any, *, backward: bool) -> Q:
        """Rows on the far side of a value, seen in the direction of reading."""
        if value is None:
            return Q(**{f"{self.field}__isnull": False}) if backward else NOTHING
        operator = "lt" if self.descending != backward else "gt"
        found = Q(**{f"{self.field}__{operator}": value})
        return found if backward or self.is_always_there else found | Q(**{f"{self.field}__isnull": True})

    def rank(self, row: Row) -> tuple[bool, Any]:
        """The row's place by this key, for sorting finished rows the way the database would."""
        value = self.of(row)
        number = 0 if value is None else _number(value)
        return value is None, -number if self.descending else number


def _number(value: Any) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    return value.toordinal() if isinstance(value, date) else value


Keys = Sequence[Key]


@dataclass(frozen=True)
class Cursor:
    """A place in a list: the sort values of a row, and whether to read towards the beginning."""

    ordering: str
    values: tuple[Any, ...]
    backward: bool = False

    def dumps(self) -> str:
        return _signer().sign_object([self.ordering, [_plain(each) for each in self.values], self.backward])

    @classmethod
    def loads(cls, text: str, *, ordering: str, keys: Keys) -> Self:
        try:
            name, values, backward = _signer().unsign_object(text)
        except BadSignature as error:
            raise InvalidCursorError from error
        if name != ordering:
            raise InvalidCursorError
        read = [None if value is None else key.read(value) for key, value in zip(keys, values, strict=True)]
        return cls(name, tuple(read), backward)


def _signer() -> Signer:
    return Signer(salt="common.api.paging")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True)
class Page:
    """One page of finished rows with the cursors of its neighbours."""

    rows: list[Row]
    next: str | None
    previous: str | None

    def shows(self, change: Callable[[Row], Row]) -> "Page":
        return replace(self, rows=[change(row) for row in self.rows])


def sort_queryset(queryset: QuerySet[Any], keys: Keys, *, backward: bool = False) -> Any:
    """The queryset in the order of the keys."""
    return queryset.order_by(*(key.expression(backward=backward) for key in keys))


def sort_rows(rows: Iterable[Row], keys: Keys) -> list[Row]:
    """Finished rows in the same order."""
    return sorted(rows, key=lambda row: [key.rank(row) for key in keys])


def page_queryset(
    queryset: QuerySet[Any],
    read: Callable[[Any], list[Row]],
    *,
    ordering: str,
    keys: Keys,
    cursor: str | None,
    size: int,
) -> Page:
    """The page at a cursor; `read` turns the rows of a sliced queryset into dicts. One row more than `size` is read.

    Raises InvalidCursorError.
    """
    place = Cursor.loads(cursor, ordering=ordering, keys=keys) if cursor else None
    backward = place is not None and place.backward
    if place:
        queryset = queryset.filter(_after(keys, place.values, backward=backward))
    found = read(sort_queryset(queryset, keys, backward=backward)[: size + 1])
    return _page(found, place, ordering=ordering, keys=keys, size=size)


def page_rows(rows: Iterable[Row], *, ordering: str, keys: Keys, cursor: str | None, size: int) -> Page:
    """The same page of rows that are all there already. Raises InvalidCursorError."""
    place = Cursor.loads(cursor, ordering=ordering, keys=keys) if cursor else None
    found = sort_rows(rows, keys)
    if place:
        at = [key.rank({"": value}) for key, value in zip(_by_value(keys), place.values, strict=True)]
        ranks = [[key.rank(row) for key in keys] for row in found]
        if place.backward:
            found = [row for row, rank in zip(found, ranks, strict=True) if rank < at][::-1]
        else:
            found = [row for row, rank in zip(found, ranks, strict=True) if rank > at]
    return _page(found[: size + 1], place, ordering=ordering, keys=keys, size=size)


def _by_value(keys: Keys) -> list[Key]:
    return [replace(key, of=lambda row: row[""]) for key in keys]


def _after(keys: Keys, values: Sequence[Any], *, backward: bool) -> Q:
    """Rows that follow a place: beyond it by the first key, or level with it there and beyond it by the rest."""
    if not keys:
        return NOTHING
    key, value = keys[0], values[0]
    rest = _after(keys[1:], values[1:], backward=backward)
    return key.beyond(value, backward=backward) | (key.same(value) & rest)


def _page(found: list[Row], place: Cursor | None, *, ordering: str, keys: Keys, size: int) -> Page:
    more, rows = len(found) > size, found[:size]
    backward = place is not None and place.backward
    if backward:
        rows.reverse()
    has_next, has_previous = (bool(rows), more) if backward else (more, place is not None and bool(rows))

    def cursor_at(row: Mapping[str, Any], *, backward: bool) -> str:
        return Cursor(ordering, tuple(key.of(dict(row)) for key in keys), backward).dumps()

    return Page(
        rows,
        next=cursor_at(rows[-1], backward=False) if has_next else None,
        previous=cursor_at(rows[0], backward=True) if has_previous else None,
    )
