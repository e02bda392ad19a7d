"""台账的地址: which tasks, in which layout, order and columns; every link of the page is made from it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.errors import InvalidError
from tasks.filters import CHOICES, Choice, TaskFilter, agency_codes, narrow_by_link
from tasks.forms.columns import Columns, kept_columns, read_columns

TABLE = "table"
MAX_PAGE = 6  # digits of a page's number


class ListFilter(TaskFilter):
    """What the 台账 can be narrowed by: as the API, and by a supporting unit."""

    choices = {
        **CHOICES,
        "supporting": Choice(
            agency_codes,
            lambda tasks, values, on: narrow_by_link(tasks, agency__in=values, role="co"),
            lambda row: [each["code"] for each in row["supporting"]],
        ),
    }
    KNOWN = (*TaskFilter.KNOWN, "supporting")


class ListAddress:
    """What an address asks for, `errors` in words for what is not understood, and the addresses that lead on from it.

    `layouts` are those there are by code, each with `params` of its own; `standing` are the person's own columns.
    """

    def __init__(self, params: QueryDict, *, on: date, layouts: Mapping[str, Any], standing: str = ""):
        self.filter = ListFilter(params, on)
        self.errors: list[str] = []
        self.layout = self._read_layout(params.get("layout", ""), layouts)
        self._own = {name: params[name] for name in layouts[self.layout].params if params.get(name)}
        self.asked = self._read_columns(params)
        self.columns: Columns = self.asked or kept_columns(standing)
        self.page = self._read_page(params.get("page", ""))
        known = {*self.filter.KNOWN, "layout", "columns", "page", *layouts[self.layout].params}
        self.unknown = [name for name in params if name not in known]

    def _read_layout(self, code: str, layouts: Mapping[str, Any]) -> str:
        if code and code not in layouts:
            self.errors.append(_("没有“%(name)s”这种布局。") % {"name": code[:40]})
        return code if code in layouts else TABLE

    def _read_columns(self, params: QueryDict) -> Columns:
        try:
            return read_columns(params.getlist("columns"))
        except InvalidError as error:
            self.errors += error.errors["columns"]
            return ()

    def _read_page(self, text: str) -> int:
        if text and not (text.isdecimal() and len(text) <= MAX_PAGE):
            self.errors.append(_("“%(value)s”不是页码。") % {"value": text[:40]})
            return 1
        return int(text or 1)

    @property
    def conditions(self) -> dict[str, str]:
        """The filters in force, in one order whatever the address had, several codes joined by commas."""
        active = self.filter.active
        joined = {name: ",".join(value) if isinstance(value, list) else value for name, value in active.items()}
        return {name: joined[name] for name in self.filter.KNOWN if name in joined and name != "ordering"}

    @property
    def manner(self) -> dict[str, str]:
        """How the rows are shown: layout, columns and order, where the address says so."""
        found = {
            "layout": "" if self.layout == TABLE else self.layout,
            "columns": ",".join(self.asked),
            "ordering": self.filter.active.get("ordering", ""),
        }
        return {name: value for name, value in found.items() if value}

    @property
    def query(self) -> str:
        """The address itself, without page: what is not understood is not in it."""
        return self.with_()

    def with_(self, **changes: str) -> str:
        """The query with these parameters instead; an empty one is taken out. A list begins on its first page again."""
        own = {} if "layout" in changes else self._own
        return encode({**self.conditions, **own, **self.manner, **changes})

    def only(self, conditions: Mapping[str, str]) -> str:
        """The query with these conditions instead of all that narrow the list now, shown in the same manner."""
        return encode({**conditions, **self.manner})


def encode(params: Mapping[str, str]) -> str:
    query = QueryDict(mutable=True)
    for name, value in params.items():
        if value:
            query[name] = value
    return query.urlencode(safe=",")
