"""What changed between two texts and between two reports, for people who compare."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext_lazy as _

Row = dict[str, Any]

# A Chinese character is a token of its own; a word or a number is compared as a whole.
TOKEN = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*%?|\s+|.", re.DOTALL)
SHORTEST_KEPT = 2
# Texts that have less than this in common are shown as one that went and one that came: nobody reads confetti.
LEAST_IN_COMMON = 0.5
# Several times what a report may hold: comparing takes the product of both lengths.
LONGEST_COMPARED = 2_000

FIELDS = (
    ("percent", _("实际进度")),
    ("result_label", _("进展评价")),
    ("progress", _("进展情况")),
    ("problems", _("存在问题")),
    ("next_steps", _("下一步打算")),
    ("ask", _("需协调事项")),
    ("ask_to_label", _("请谁协调")),
)


def report_compare(new: Row, old: Row | None) -> list[Row]:
    """Each field of a report beside the same of an earlier one; with no earlier one every field stands alone."""
    return [_compared(name, label, new, old) for name, label in FIELDS]


def _compared(name: str, label: Any, new: Row, old: Row | None) -> Row:
    after, before = _text(name, new), _text(name, old) if old else ""
    changed = old is not None and before != after
    segments = text_diff(before, after) if changed else []
    return {"name": name, "label": label, "old": before, "new": after, "changed": changed, "segments": segments}


def _text(name: str, report: Row) -> str:
    return f"{report[name]}%" if name == "percent" else report[name]


def text_diff(old: str, new: str) -> list[tuple[str, str]]:
    """The new text with what went and what came, as ("same" | "del" | "ins", text) in reading order."""
    replaced = [(kind, text) for kind, text in (("del", old), ("ins", new)) if text]
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return replaced
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < LEAST_IN_COMMON:
        return replaced
    segments: list[tuple[str, str]] = []
    for gone, come, kept in _pieces(matcher, before, after):
        segments += [("del", gone)] * bool(gone) + [("ins", come)] * bool(come) + [("same", kept)] * bool(kept)
    return segments


def _pieces(matcher: "SequenceMatcher[str]", before: list[str], after: list[str]) -> Iterator[tuple[str, str, str]]:
    """(gone, come, kept after it), joining changes that only a stray character or two separates."""
    start_before = start_after = 0
    for match in matcher.get_matching_blocks():
        is_at_an_end = match.a == match.b == 0 or match.a + match.size == len(before)
        if match.size < SHORTEST_KEPT and not is_at_an_end:
            continue
        gone, come = "".join(before[start_before : match.a]), "".join(after[start_after : match.b])
        start_before, start_after = match.a + match.size, match.b + match.size
        yield gone, come, "".join(after[match.b : start_after])
