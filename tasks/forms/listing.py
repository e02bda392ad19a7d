"""台账的筛选条件: the form that writes the parameters of `tasks.filters`, and the chips that take them away again."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks.filters import TaskFilter
from tasks.lights import COLOUR_LABELS
from tasks.status import Status

Names = dict[str, dict[str, str]]

LABELS = {
    "pillar": _("板块"),
    "lead": _("牵头单位"),
    "agency": _("责任单位"),
    "zone": _("片区"),
    "status": _("状态"),
    "light": _("亮灯"),
    "overdue": _("超期"),
    "due_after": _("时限不早于"),
    "due_before": _("时限不晚于"),
    "q": _("查找"),
}
OVERDUE = {"true": _("已超期"), "false": _("未超期")}
LIGHTS = {colour.value: label for colour, label in COLOUR_LABELS.items()}
STATUSES = {status.value: status.label for status in Status}


def choice_names(names: Names) -> dict[str, dict[str, Any]]:
    """Parameter → code → word, for every parameter that takes codes."""
    pillars = {number: f"{number}. {title}" for number, title in names["pillar"].items()}
    return {**names, "pillar": pillars, "status": STATUSES, "light": LIGHTS, "overdue": OVERDUE}


class ListForm(forms.Form):
    """Shows what the list is narrowed by; reading the parameters is TaskFilter's."""

    q = forms.CharField(label=LABELS["q"], required=False, widget=forms.TextInput(attrs={"type": "search"}))
    pillar = forms.ChoiceField(label=LABELS["pillar"], required=False)
    lead = forms.ChoiceField(label=LABELS["lead"], required=False)
    agency = forms.ChoiceField(label=LABELS["agency"], required=False)
    zone = forms.ChoiceField(label=LABELS["zone"], required=False)
    status = forms.ChoiceField(label=LABELS["status"], required=False)
    overdue = forms.ChoiceField(label=LABELS["overdue"], required=False)
    due_after = forms.CharField(label=LABELS["due_after"], required=False)
    due_before = forms.CharField(label=LABELS["due_before"], required=False)
    light = forms.MultipleChoiceField(label=LABELS["light"], required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, chosen: TaskFilter, names: Names, params: QueryDict):
        texts = {name: params.get(name, "") for name in ("q", "due_after", "due_before")}
        super().__init__(initial={**_initial(chosen.active), **texts})
        for name, words in choice_names(names).items():
            picked = chosen.active.get(name, [])
            self.fields[name].choices = _options(name, words, picked)
        for name in ("due_after", "due_before"):
            self.fields[name].widget.attrs["placeholder"] = "2026-12-31"


def _options(name: str, words: dict[str, Any], picked: Any) -> list[tuple[str, Any]]:
    if name == "light":
        return list(words.items())
    several = [(",".join(picked), _("已选 %(count)d 项") % {"count": len(picked)})] if _is_several(picked) else []
    return [("", _("全部")), *several, *words.items()]


def _is_several(picked: Any) -> bool:
    return isinstance(picked, list) and len(picked) > 1


def _initial(active: dict[str, Any]) -> dict[str, Any]:
    """A select holds one value: several codes of one parameter stand in it joined, as the address may write them."""
    joined = {name: ",".join(value) for name, value in active.items() if isinstance(value, list) and name != "light"}
    return {**active, **joined}


def chips(chosen: TaskFilter, names: Names) -> Iterator[dict[str, str]]:
    """Each condition in force in words, with the address without it; the order of the rows stays."""
    words = choice_names(names)
    for name, value in chosen.active.items():
        if name not in LABELS:
            continue
        for each in value if isinstance(value, list) else [value]:
            text = words[name].get(each, each) if name in words else each
            yield {"label": str(LABELS[name]), "text": str(text), "query": _without(chosen.active, name, each)}


def _without(active: dict[str, Any], name: str, value: str) -> str:
    query = QueryDict(mutable=True)
    for other, values in active.items():
        kept = values if isinstance(values, list) else [values]
        query.setlist(other, [each for each in kept if (other, each) != (name, value)])
    return query.urlencode()


def explain_errors(chosen: TaskFilter, params: QueryDict) -> list[str]:
    """What in the address could not be understood, a line each; a parameter that nobody knows counts too."""
    lines = [
        gettext("%(label)s：%(message)s") % {"label": LABELS.get(name, name), "message": message}
        for name, messages in chosen.errors.items()
        for message in messages
    ]
    unknown = [name for name in params if name not in chosen.KNOWN]
    return lines + [gettext("没有“%(name)s”这个筛选条件。") % {"name": name[:40]} for name in unknown]
