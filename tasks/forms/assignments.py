"""What the director enters to move responsibilities. The rules are the actions'; here is only how it is typed."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField
from tasks.actions import Move
from tasks.readers.assignments import Row

LINK = re.compile(r"link-\d{1,9}-[-\w]{1,32}", re.ASCII)


class MovesForm(forms.Form):
    """For each waiting link the successor that takes it, if any; then the basis and the day for all of them."""

    basis = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("写明文件名称和文号，或会议名称和日期。"),
        error_messages={"required": _("请注明依据文件。")},
    )
    on = ForgivingDateField(label=_("移交日期"), help_text=_("不早于承接生效之日，不晚于今天。"))

    def __init__(self, *args: Any, groups: Iterable[Row], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.keys: dict[str, tuple[int, str]] = {}
        for group in groups:
            for row in group["rows"]:
                row["name"] = f"link-{row['pk']}-{row['unit']}"
                self.keys[row["name"]] = row["pk"], row["unit"]
                self.fields[row["name"]] = _choice_of(row, is_ending=group["is_dissolved"])

    def moves(self) -> list[Move]:
        """The chosen links, in the order of the page; then those that wait no more, to be refused with a word."""
        chosen = {self.keys[name]: self.cleaned_data[name] for name in self.keys}
        for name in self.data:
            if LINK.fullmatch(name) and name not in self.keys:
                _link, pk, unit = name.split("-", 2)
                chosen[int(pk), unit] = self.data[name]
        return [Move(*key, target) for key, target in chosen.items() if target]


class UndoForm(forms.Form):
    """Why a move is taken back."""

    reason = forms.CharField(label=_("撤回理由"), max_length=500, error_messages={"required": _("请写明撤回理由。")})


def _choice_of(row: Row, *, is_ending: bool) -> forms.ChoiceField:
    """A dissolved unit's link goes to the first successor unless somebody says otherwise; another's stays."""
    told = _("%(unit)s：%(what)s")
    outcomes = [(each["code"], told % {"unit": each["label"], "what": each["text"]}) for each in row["outcomes"]]
    return forms.ChoiceField(
        label=_("任务 %(number)d 的责任") % {"number": row["number"]},
        choices=[("", _("暂不移交")), *outcomes],
        initial=outcomes[0][0] if is_ending and outcomes else "",
        required=False,
    )
