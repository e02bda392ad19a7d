"""报送情况 of a task: its reports page by page, each beside the one that was approved before it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from agencies.models import User
from dashboard.readers.task_parts import split
from progress.models import Evidence, Report
from progress.readers import report_compare, report_rows
from progress.readers.contributions import composition_word
from progress.status import ReportStatus
from tasks.models import Task

Row = dict[str, Any]
PER_PAGE = 3
FILES = 12
ALL_FILES = 500
PICTURES = frozenset({"png", "jpg"})
LARGEST_PICTURE = 3 * 1024 * 1024  # bytes that a small picture on a page may cost


def approved_points(line: Iterable[Row]) -> list[tuple[date, int]]:
    """When which percent was approved, the earliest first; `line` are the reports in short."""
    approved = [each for each in line if each["status"] == ReportStatus.APPROVED and each["reviewed_at"]]
    return sorted((localtime(each["reviewed_at"]).date(), each["percent"]) for each in approved)


def report_page(user: User, line: list[Row], number: int, names: dict[str, str]) -> Row:
    """One page of a task's reports, the newest first, with what changed in each, and always the `newest` (two queries).

    `line` are the reports that the person may see in short, the newest first.
    """
    pages = max(1, -(-len(line) // PER_PAGE))
    number = min(max(1, number), pages)
    shown = line[(number - 1) * PER_PAGE : number * PER_PAGE]
    before = {each["id"]: _approved_before(line, each) for each in shown}
    wanted = {*before, *(before.values()), *(each["id"] for each in line[:PER_PAGE])} - {None}
    found = report_rows(Report.objects.visible_to(user).filter(pk__in=wanted)) if wanted else []
    rows = {each["id"]: each for each in found}
    return {
        "rows": [_with_changes(rows[each["id"]], rows.get(before[each["id"]]), names) for each in shown],
        "newest": [rows[each["id"]] for each in line[:PER_PAGE]],
        "number": number,
        "pages": pages,
        "count": len(line),
    }


def _approved_before(line: list[Row], report: Row) -> int | None:
    """The report that was approved for the latest period before this one."""
    earlier = line[line.index(report) + 1 :]
    return next((each["id"] for each in earlier if each["status"] == ReportStatus.APPROVED), None)


def _with_changes(row: Row, previous: Row | None, names: dict[str, str]) -> Row:
    compared = report_compare(row, previous)
    return {
        **row,
        "previous": previous["period"] if previous else "",
        "fields": [each for each in compared if each["name"] not in {"percent", "result_label", "ask_to_label"}],
        "figures": {each["name"]: each for each in compared if each["name"] in {"percent", "result_label"}},
        "is_changed": any(each["changed"] for each in compared),
        **split(frozen_part(each, names) for each in row["composition"]),
    }


def frozen_part(part: Row, names: dict[str, str]) -> Row:
    """What one unit gave, as the report kept it when it was sent."""
    given_at = parse_datetime(part["given_at"]) if part["given_at"] else None
    label = names.get(part["agency"], part["name"])
    return {**part, "label": label, "given_at": given_at, "word": "" if part["text"] else composition_word(part)}


def file_rows(user: User, task: Task, line: Iterable[Row], closings: Iterable[Row], *, is_all: bool) -> list[Row]:
    """The evidence of the task that this person may see, the newest first (one query); not more than a page shows and
    one, unless all are wanted. Each with the period or the request that it belongs to and how it may be looked at.
    """
    periods = {each["id"]: each["period"] for each in line}
    requests = [each["id"] for each in closings]
    if not periods and not requests:
        return []
    of_reports = Evidence.objects.filter(report__in=periods, removed_at=None)
    found = of_reports | Evidence.objects.filter(closing__in=requests, removed_at=None)
    columns = ("pk", "report", "name", "kind", "size", "uploaded_at", "is_demo")
    rows = found.order_by("-uploaded_at", "-pk").values(*columns)[: ALL_FILES if is_all else FILES + 1]
    return [_file(each, periods.get(each["report"], "")) for each in rows]


def _file(row: Row, period: str) -> Row:
    is_picture = row["kind"] in PICTURES
    return {
        **row,
        "period": period,
        "is_small_picture": is_picture and row["size"] <= LARGEST_PICTURE,
        "opens": is_picture or row["kind"] == "pdf",
        "has_table": row["kind"] == "csv",
    }
