"""从 Excel 粘贴: what a sheet says of each task, done for all of them or for none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import check_text
from tasks.actions.bulk import REASON_LENGTH, SINGLES, NothingToChangeError, Row, change_one, record_change
from tasks.actions.rows import lock_tasks
from tasks.models import BulkChange, Task
from tasks.permissions import can_change_many


class PasteRefusedError(DomainError):
    """有的行不能办理, 全部没有写入."""

    code = "paste_refused"


@dataclass(frozen=True)
class Entry:
    """One task of the sheet: the version that was previewed, and what the single action takes."""

    task: int
    version: int
    values: dict[str, Any]


@transaction.atomic
def paste_many(*, kind: str, entries: Sequence[Entry], reason: str, by: User, now: datetime) -> BulkChange:
    """Every task is as its row says; one that is so already is left alone. All or nothing.

    Raises NotAllowedError, PasteRefusedError when one row is refused or its task moved on since `version`, and
    InvalidError when nothing would change.
    """
    rows = _each(kind=kind, entries=entries, reason=reason, by=by, now=now)
    if any(_is_refused(row) for row in rows):
        raise PasteRefusedError(
            _("有的任务不能这样办理，或预览之后又有变动，全部没有写入。请看各行的说明，核对后再确认。")
        )
    changed = [{name: row[name] for name in row if name != "lights"} for row in rows if row["ok"]]
    if not changed:
        raise InvalidError({"text": [_("粘贴的内容与现在相同，没有要改的。")]})
    change = BulkChange(kind=kind, reason=reason, rows=changed, done_at=now, done_by=by)
    change.save(force_insert=True)
    record_change(change, verb="bulk_done", before=None, by=by, now=now)
    return change


@transaction.atomic
def preview_paste(*, kind: str, entries: Sequence[Entry], reason: str, by: User, now: datetime) -> list[Row]:
    """The rows that paste_many would give, with `lights` before and after; nothing is changed."""
    rows = _each(kind=kind, entries=entries, reason=reason, by=by, now=now)
    transaction.set_rollback(True)
    return rows


def _each(*, kind: str, entries: Sequence[Entry], reason: str, by: User, now: datetime) -> list[Row]:
    """Every task is locked before the first event, in one order, as in other bulk changes."""
    require(can_change_many(by))
    reason = check_text("reason", reason, limit=REASON_LENGTH)
    locked = {task.pk: task for task in lock_tasks(Task.objects.filter(pk__in=[each.task for each in entries]))}
    return [_one(locked[each.task], each, kind=kind, more={"reason": reason, "by": by, "now": now}) for each in entries]


def _one(task: Task, entry: Entry, *, kind: str, more: dict[str, Any]) -> Row:
    on, single = more["now"].date(), SINGLES[kind]
    before, done = task.light(on=on), task

    def do(*, task: Task) -> Task:
        nonlocal done
        done = single.do(task=task, version=entry.version, **entry.values, **more)
        return done

    row = change_one(task, do, single.facts)
    after = done.light(on=on) if row["ok"] else before
    return {**row, "lights": (before.colour, after.colour)}


def _is_refused(row: Row) -> bool:
    return not row["ok"] and row["code"] != NothingToChangeError.code
