"""A list as one file: every row that the list has, sent in pieces while they are read, so that its length costs neither
memory nor waiting.

Which rows and in which order is settled at the beginning, by their keys alone; then each piece is read by its keys. So
nothing that is written meanwhile makes a row come twice or be missed, in any order: a row is told as it stands when its
piece is read, and left out if it is not among those asked for any more. No transaction stays open for a slow reader.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from common import clock
from common.api.parameters import Parameters
from common.api.replies import pick
from common.api.serializers import RowSerializer
from common.api.streams import Batches, Column, write_csv, write_json, write_ndjson

Row = dict[str, Any]
Read = Callable[[Any], list[Row]]

BATCH = 500
SEQUENCE_HEADER = "X-Ledger-Sequence"
JSON, NDJSON, CSV = "json", "ndjson", "csv"
MEDIA_TYPES = {JSON: "application/json", NDJSON: "application/x-ndjson", CSV: "text/csv"}
CONTENT_TYPES = {**MEDIA_TYPES, CSV: "text/csv; charset=utf-8"}

DESCRIPTION = _(
    "边读边发，行数不限。JSON 是一个数组，NDJSON 每行是其中一个对象。有哪些行、什么顺序，以开始时为准，既不漏也不重；"
    "每一行是读到它那一批时的情况，那时已不合条件的不再给出。响应头 X-Ledger-Sequence 是开始时最新的留痕序号，"
    "从它起读取 /changes/ 就能跟上此后的变动。中途出错时连接断开，文件没有结尾：JSON 缺最后的 ]，NDJSON 和 CSV "
    "缺最后的换行；这样的文件不完整，请重新取。"
)
CSV_DESCRIPTION = _(
    "CSV 以 UTF-8 BOM 开头，首行是所用语言的列名，代码和名称各占一列。以 = + - @ 或撇号等开头的文字前加一个撇号，"
    "免得表格软件当作公式；数字不变。"
)


class ExportMixin:
    """A view of one list as a file. `file_name` is what the file is called: in ASCII, and in the reader's language."""

    formats: ClassVar[tuple[str, ...]] = (JSON, NDJSON, CSV)
    file_name: ClassVar[tuple[str, Any]]
    request: Request
    read: Parameters
    end: tuple[int, str]  # the ledger's last number and its hash, before anything was read

    def read_format(self) -> str:
        return self.read.choice("format", known=self.formats) or self.formats[0]

    def send(
        self, batches: Batches, form: str, *, columns: Sequence[Column] = (), fields: Sequence[str] = ()
    ) -> StreamingHttpResponse:
        """The file. A HEAD reads no rows; nor do the rows ask again what language it is."""
        pieces = write(batches, form, columns=columns, fields=fields)
        if self.request.method == "HEAD":
            pieces = iter(())
        response = StreamingHttpResponse(in_language(pieces), content_type=CONTENT_TYPES[form])
        response.headers["Content-Disposition"] = attachment(*self.file_name, form)
        response.headers[SEQUENCE_HEADER] = str(self.end[0])
        return response


def write(batches: Batches, form: str, *, columns: Sequence[Column], fields: Sequence[str]) -> Iterator[bytes]:
    """Rows in one of the formats, with these fields alone or with all."""
    if form == CSV:
        return write_csv(batches, [each for name in fields for each in columns if each.field == name] or columns)
    picked = ([pick(row, fields) for row in batch] for batch in batches)
    return write_json(picked) if form == JSON else write_ndjson(picked)


def read_keys(queryset: QuerySet[Any], key: str) -> Sequence[int]:
    """The keys of the rows in their order, eight bytes each (one query)."""
    return array("q", queryset.values_list(key, flat=True).iterator())


def read_batches(queryset: QuerySet[Any], read: Read, *, key: str) -> Iterator[list[Row]]:
    """The rows of an ordered queryset, a batch at a time. `key` names a row's own number, in the table and when read.

    The keys are read at once, so that a database that does not answer is told of as on any other page.
    """
    keys = read_keys(queryset, key)
    return (_read_batch(queryset, read, key, keys[at : at + BATCH]) for at in range(0, len(keys), BATCH))


def _read_batch(queryset: QuerySet[Any], read: Read, key: str, keys: Sequence[int]) -> list[Row]:
    found = {row[key]: row for row in read(queryset.filter(**{f"{key}__in": keys}).order_by())}
    return [found[each] for each in keys if each in found]


def in_batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows that are all there already."""
    rows = iter(rows)
    return iter(lambda: list(islice(rows, BATCH)), [])


def in_language(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, each made in the language of now: when they are sent, the thread may speak another."""
    language = translation.get_language()

    def make_next() -> bytes | None:
        with translation.override(language):
            return next(pieces, None)

    return iter(make_next, None)


def attachment(ascii_name: str, name: Any, form: str) -> str:
    """A file to be kept, named with the day, in ASCII and in UTF-8 (RFC 6266)."""
    ending = f"-{clock.today().isoformat()}.{form}"
    return f"attachment; filename=\"{ascii_name}{ending}\"; filename*=UTF-8''{quote(f'{name}{ending}', safe='')}"


def documented_export(
    operation: str,
    summary: Any,
    row: type[RowSerializer],
    *,
    parameters: Sequence[OpenApiParameter],
    tag: str,
    formats: Sequence[str] = ExportMixin.formats,
) -> Callable[..., Any]:
    """The description of an export's GET."""
    sequence = OpenApiParameter(
        SEQUENCE_HEADER, int, OpenApiParameter.HEADER, response=[200], description=_("开始时最新的留痕序号。")
    )
    shapes: dict[str, Any] = {JSON: row(many=True), NDJSON: OpenApiTypes.STR, CSV: OpenApiTypes.STR}
    return extend_schema(
        operation_id=operation,
        summary=summary,
        description=format_lazy("{}{}", DESCRIPTION, CSV_DESCRIPTION) if CSV in formats else DESCRIPTION,
        parameters=[*parameters, _format_parameter(formats), sequence],
        responses={(200, MEDIA_TYPES[form]): shapes[form] for form in formats},
        tags=[tag],
    )


def _format_parameter(formats: Sequence[str]) -> OpenApiParameter:
    return OpenApiParameter("format", enum=list(formats), default=formats[0], description=_("文件格式。"))
