"""Query parameters, read strictly: an unknown name and a repeated, empty or impossible value are never ignored."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.api.errors import ParametersError
from common.texts import join_words

MAX_SHOWN = 80


class Parameters:
    """The parameters of one request. Every wrong one is collected; `check` refuses them all at once."""

    def __init__(self, params: QueryDict, *, known: Iterable[str] = ()):
        self.params = params
        self.errors: dict[str, list[str]] = {}
        names = sorted(known)
        for name in params:
            if name not in names:
                self._fail(name, _unknown_name(names))
            elif not any(value.strip() for value in params.getlist(name)):
                self._fail(name, _("条件不能为空；不需要时请去掉它。"))

    def integer(self, name: str, *, default: int, least: int, most: int) -> int:
        text = self._one(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 19 and least <= int(text) <= most):
            self._fail(name, _("请用 %(least)d 到 %(most)d 的整数。") % {"least": least, "most": most})
            return default
        return int(text)

    def day(self, name: str, *, latest: date) -> date | None:
        """A date such as 2026-12-31, no later than `latest`."""
        text = self._one(name)
        if text is None:
            return None
        day = read_iso_date(text)
        if day is None:
            self._fail(name, _("请写成 2026-12-31 这样的日期。"))
        elif day > latest:
            self._fail(name, _("不能是将来的日期。"))
        return day

    def choice(self, name: str, *, known: Collection[str]) -> str | None:
        """One of `known`."""
        text = self._one(name)
        if text is not None and text not in known:
            self._fail(name, _unknown_value(text, known))
            return None
        return text

    def names(self, name: str, *, known: Collection[str]) -> list[str]:
        """Several of `known`, with commas; empty when not asked for."""
        text = self._one(name) or ""
        values = [part.strip() for part in text.split(",") if part.strip()]
        if text and not values:
            self._fail(name, _("条件不能为空；不需要时请去掉它。"))
        for value in values:
            if value not in known:
                self._fail(name, _unknown_value(value, known))
        return values

    def text(self, name: str) -> str | None:
        return self._one(name)

    def take(self, errors: Mapping[str, Iterable[Any]]) -> None:
        """What another reader of the same parameters found."""
        for name, messages in errors.items():
            for message in messages:
                self._fail(name, str(message))

    def check(self) -> None:
        """Raise ParametersError if anything was wrong."""
        if self.errors:
            raise ParametersError(self.errors)

    def _one(self, name: str) -> str | None:
        values = self.params.getlist(name)
        if len(values) > 1:
            self._fail(name, _("这个条件只能给一个值。"))
        return values[0].strip() or None if values else None

    def _fail(self, name: str, message: str) -> None:
        messages = self.errors.setdefault(name, [])
        if message not in messages:
            messages.append(message)


def read_iso_date(text: str) -> date | None:
    """2026-12-31 and nothing else, such as 20261231 or 2026-W53-4."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _unknown_name(known: Collection[str]) -> str:
    if not known:
        return _("这个地址没有查询条件。")
    return _("没有这个条件；可用的有：%(known)s。") % {"known": join_words(known)}


def _unknown_value(value: str, known: Collection[str]) -> str:
    return _("没有“%(value)s”；可用的有：%(known)s。") % {"value": value[:MAX_SHOWN], "known": join_words(known)}
