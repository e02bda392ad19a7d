"""暂存: keeping what is being typed, and letting go of it.

A working copy is no draft: its content is not checked, and the ledger does not keep it. These actions write no event.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import InvalidError, require
from common.texts import text_problems
from progress.models import Period, WorkingCopy
from progress.permissions import can_draft
from tasks.models import Task

COPIED = ("percent", "result", "progress", "problems", "next_steps", "ask", "ask_to")
# Several times what any field of a report may hold: what is over a limit is kept too until its writer shortens it.
LONGEST_KEPT = 4_000
KEPT_AFTER_LOCK = timedelta(days=7)


@transaction.atomic
def keep_working_copy(
    *, task: Task, period: Period, fields: Mapping[str, str], based_on: int, by: User, now: datetime
) -> WorkingCopy:
    """What this person has typed for a task and period is kept as it is, in place of what was kept before.

    `based_on` is the version of the draft that it was typed over, 0 for none. Raises NotAllowedError, and InvalidError
    for what no database holds or nobody types.
    """
    require(can_draft(by, task))
    kept = {name: fields.get(name, "").replace("\r\n", "\n") for name in COPIED}
    errors = {name: problems for name, text in kept.items() if (problems := text_problems(text, limit=LONGEST_KEPT))}
    if not 0 <= based_on <= 2**31 - 1:
        errors["based_on"] = [_("页面不完整，请重新打开再填写。")]
    if errors:
        raise InvalidError(errors)
    values = {"fields": kept, "based_on": based_on, "typed_at": now}
    return WorkingCopy.objects.update_or_create(user=by, task=task, period=period, defaults=values)[0]


@transaction.atomic
def drop_working_copy(*, task: Task, period: Period, by: User, now: datetime) -> WorkingCopy | None:
    """What this person has typed for a task and period is kept no longer; it is handed back, if there was anything.

    Raises NotAllowedError.
    """
    require(can_draft(by, task))
    copies = WorkingCopy.objects.select_for_update(no_key=True, of=("self",))
    copy = copies.filter(user=by, task=task, period=period, typed_at__lte=now).first()
    if copy:
        WorkingCopy.objects.filter(pk=copy.pk).delete()
    return copy


def end_working_copy(task: int, period: str, by: User) -> None:
    """What is saved is kept no longer beside it; part of the actions that save."""
    WorkingCopy.objects.filter(user=by.pk, task=task, period=period).delete()


def drop_old_copies(*, now: datetime) -> int:
    """What was typed for a locked period and left alone for a week is kept no longer; part of keeping the periods.

    Not at the lock itself: a returned report may still be corrected then.
    """
    old = WorkingCopy.objects.filter(period__locks_on__lt=now.date(), typed_at__lt=now - KEPT_AFTER_LOCK)
    return old.delete()[0]
