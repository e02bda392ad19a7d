"""What the API takes is read strictly: an unknown field or a value of another type is never ignored or guessed."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from common.api.parameters import read_iso_date
from common.texts import join_words

MOST_UNKNOWN = 20  # unknown fields that are told of: an answer must not be many times as long as its request


class Text(serializers.CharField):
    """Text and nothing else; how long it may be is the action's rule, here it is told to clients."""

    def __init__(self, *, limit: int | None = None, **options: Any):
        super().__init__(**options)
        self.limit = limit

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number, not a text or a truth value that looks like one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """2026-12-31 and no other way of writing a day."""

    def to_internal_value(self, value: Any) -> Any:
        day = read_iso_date(value) if isinstance(value, str) else None
        if day is None:
            self.fail("invalid", format="YYYY-MM-DD")
        return day


class YesNo(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class InputSerializer(serializers.Serializer[Any]):
    """What a client sends for one action; `is_valid` does not look at the database."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                message = _("没有这个字段；可用的有：%(known)s。") % {"known": join_words(self.fields)}
                raise serializers.ValidationError(
                    {name: [ErrorDetail(message, "unknown_field")] for name in unknown[:MOST_UNKNOWN]}
                )
        return super().to_internal_value(data)


class NothingSerializer(InputSerializer):
    """No fields: the address says it all."""


class RowSerializer(serializers.Serializer[Any]):
    """The shape of a reader's dict, for the documentation alone: rows are rendered as they are."""


class PageSerializer(RowSerializer):
    """What pages of a list have in common."""

    next = serializers.URLField(allow_null=True, help_text=_("下一页的地址；没有时为 null。"))
    previous = serializers.URLField(allow_null=True, help_text=_("上一页的地址；没有时为 null。"))
