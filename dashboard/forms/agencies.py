"""单位列表的顺序, as its address has it."""

from django import forms

from dashboard.readers.agencies import UnitOrder


class UnitOrderForm(forms.Form):
    """An order that nobody knows is said."""

    order = forms.ChoiceField(required=False, choices=UnitOrder.choices)

    def chosen(self) -> str:
        return self.cleaned_data["order"] or UnitOrder.PLAN
