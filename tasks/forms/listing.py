"""台账的筛选条件: the form that writes the parameters of `tasks.filters`, and the chips that take them away again."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.texts import join_words
from tasks.forms.addresses import ListAddress
from tasks.lights import COLOUR_LABELS, Colour
from tasks.status import Status

Names = dict[str, dict[str, str]]

LABELS = {
    "pillar": _("板块"),
    "lead": _("牵头单位"),
    "agency": _("责任单位"),
    "supporting": _("配合单位"),
    "zone": _("片区"),
    "status": _("状态"),
    "light": _("亮灯"),
    "overdue": _("超期"),
    "due_after": _("时限不早于"),
    "due_before": _("时限不晚于"),
    "q": _("查找"),
}
SELECTED = mark_safe(" selected")
OVERDUE = {"true": _("已超期"), "false": _("未超期")}
LIGHT_ORDER = (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.BLUE, Colour.GREY)
LIGHTS = {colour.value: COLOUR_LABELS[colour] for colour in LIGHT_ORDER}
STATUSES = {status.value: status.label for status in Status}
FOLDED = ("pillar", "agency", "supporting", "overdue", "due_after", "due_before")  # behind 更多条件


def choice_names(names: Names) -> dict[str, dict[str, Any]]:
    """Parameter → code → word, for every parameter that takes codes."""
    pillars = {number: f"{number}. {title}" for number, title in names["pillar"].items()}
    own = {"pillar": pillars, "supporting": names["agency"], "status": STATUSES, "light": LIGHTS, "overdue": OVERDUE}
    return {**names, **own}


class QuickSelect(forms.Select):
    """A select drawn in one go: Django's own renders a template for each of a hundred and fifty options."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        picked = "" if value is None else str(value)
        options = format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((code, SELECTED if str(code) == picked else "", label) for code, label in self.choices),
        )  # fmt: skip
        more = flatatt({**self.attrs, **(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", more, options)


class ListForm(forms.Form):
    """Shows what the list is narrowed by; reading the parameters is the address's."""

    q = forms.CharField(label=LABELS["q"], required=False, widget=forms.TextInput(attrs={"type": "search"}))
    lead = forms.ChoiceField(label=LABELS["lead"], required=False, widget=QuickSelect)
    zone = forms.ChoiceField(label=LABELS["zone"], required=False, widget=QuickSelect)
    status = forms.ChoiceField(label=LABELS["status"], required=False, widget=QuickSelect)
    pillar = forms.ChoiceField(label=LABELS["pillar"], required=False, widget=QuickSelect)
    agency = forms.ChoiceField(label=LABELS["agency"], required=False, widget=QuickSelect)
    supporting = forms.ChoiceField(label=LABELS["supporting"], required=False, widget=QuickSelect)
    overdue = forms.ChoiceField(label=LABELS["overdue"], required=False, widget=QuickSelect)
    due_after = forms.CharField(label=LABELS["due_after"], required=False)
    due_before = forms.CharField(label=LABELS["due_before"], required=False)

    def __init__(self, address: ListAddress, names: Names, params: QueryDict):
        texts = {name: params.get(name, "") for name in ("q", "due_after", "due_before")}
        active = address.filter.active
        super().__init__(initial={**active, **_joined(active), **texts})
        for name, words in choice_names(names).items():
            if name in self.fields:
                self.fields[name].choices = _options(words, active.get(name, []))
        for name in ("due_after", "due_before"):
            self.fields[name].widget.attrs["placeholder"] = "2026-12-31"
        self.fields["q"].widget.attrs |= {"data-key": "/", "placeholder": gettext("任务、单位或原文中的词")}

    def shown(self) -> list[forms.BoundField]:
        """The fields that always stand in the bar, but for the search."""
        return [self[name] for name in ("lead", "zone", "status")]

    def folded(self) -> list[forms.BoundField]:
        return [self[name] for name in FOLDED]


def _options(words: dict[str, Any], picked: Any) -> list[tuple[str, Any]]:
    several = [(",".join(picked), _("已选 %(count)d 项") % {"count": len(picked)})] if _is_several(picked) else []
    return [("", _("全部")), *several, *words.items()]


def _is_several(picked: Any) -> bool:
    return isinstance(picked, list) and len(picked) > 1


def _joined(active: dict[str, Any]) -> dict[str, Any]:
    """A select holds one value: several codes of one parameter stand in it joined, as the address may write them."""
    return {name: ",".join(value) for name, value in active.items() if isinstance(value, list)}


def light_options(address: ListAddress, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Each colour as a toggle, with how many tasks have it under the other conditions."""
    picked = address.filter.active.get("light", [])
    return [
        {"code": code, "label": str(label), "count": counts.get(code, 0), "is_picked": code in picked}
        for code, label in LIGHTS.items()
    ]


def folded_count(address: ListAddress) -> int:
    """How many conditions are in force behind 更多条件."""
    return sum(1 for name in FOLDED if name in address.filter.active)


def chips(address: ListAddress, names: Names) -> Iterator[dict[str, str]]:
    """Each condition in force in words, with the address without it; how the rows are shown stays."""
    words, active = choice_names(names), address.filter.active
    for name in address.conditions:
        values = active[name] if isinstance(active[name], list) else [active[name]]
        for each in values:
            text = words[name].get(each, each) if name in words else each
            left = ",".join(other for other in values if other != each)
            yield {"label": str(LABELS[name]), "text": str(text), "query": address.with_(**{name: left})}


def tell_query(query: str, names: Names) -> list[dict[str, str]]:
    """The conditions of a kept query in words, without asking whether they still hold (no query)."""
    words, params = choice_names(names), QueryDict(query)
    return [
        {"label": str(label), "text": join_words(words.get(name, {}).get(each, each) for each in _parts(name, params))}
        for name, label in LABELS.items()
        if params.get(name)
    ]


def _parts(name: str, params: QueryDict) -> list[str]:
    return [params[name]] if name == "q" else params[name].split(",")


def explain_errors(address: ListAddress) -> list[str]:
    """What in the address could not be understood, a line each; a parameter that nobody knows counts too."""
    lines = [
        gettext("%(label)s：%(message)s") % {"label": LABELS.get(name, name), "message": message}
        for name, messages in address.filter.errors.items()
        for message in messages
    ]
    unknown = [gettext("没有“%(name)s”这个筛选条件。") % {"name": name[:40]} for name in address.unknown]
    return [*lines, *address.errors, *unknown]
