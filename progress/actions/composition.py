"""配合情况 in the lead's report: taken into its draft with attribution, and frozen when it is sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from common.errors import InvalidError
from common.texts import clean_text
from progress.actions.content import LIMITS, ReportContent
from progress.contradictions import attributed
from progress.models import Report
from progress.readers.contributions import co_parts

_FROZEN = ("agency", "name", "text", "percent", "no_change", "is_late")


def freeze_composition(report: Report, *, on: date) -> list[dict[str, Any]]:
    """What each co-responsible unit has given by now, in the order of the plan, as the report keeps it; silence too.

    The report's task must be locked, so that nobody gives anything between this reading and the sending.
    """
    parts = co_parts(report.task_id, report.period, on=on)
    return [
        {**{name: each[name] for name in _FROZEN}, "given_at": each["given_at"] and each["given_at"].isoformat()}
        for each in parts
    ]


def take_over(content: ReportContent, parts: Sequence[dict[str, Any]]) -> ReportContent:
    """The content with the units' words at the end of its progress, each with its unit's name; none is added twice.

    `parts` are rows of `co_parts`. Raises InvalidError, and adds nothing, when the text would become too long.
    """
    written = clean_text(content.progress)
    words = [attributed(each["name"], each["text"]) for each in parts if each["text"]]
    added = "".join(each for each in words if each not in written)
    progress = written + added
    over = len(progress) - LIMITS["progress"]
    if added and over > 0:
        message = _("取用后进展情况共 %(length)d 字，超出 %(over)d 字，没有加入。请先精简已写的内容，或摘要填写。")
        raise InvalidError({"progress": [message % {"length": len(progress), "over": over}]})
    return replace(content, progress=progress)
