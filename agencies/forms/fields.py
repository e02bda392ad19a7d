"""Choosing a unit or a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User


class AgencyChoiceField(forms.ModelChoiceField):
    """A unit, by the name it bears today and the plan's; one that is dissolved says so."""

    def label_from_instance(self, obj: Agency) -> str:
        return unit_label(obj)


class AgencyChoicesField(forms.ModelMultipleChoiceField):
    """Several units, likewise."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Agency) -> str:
        return unit_label(obj)


def unit_label(agency: Agency) -> str:
    """现名（原名）, and whether the unit is dissolved."""
    return _("%(name)s（已撤销）") % {"name": agency.full_label} if agency.dissolved_on else agency.full_label


class ColleagueField(forms.ModelChoiceField):
    """A person with unit and role."""

    def label_from_instance(self, obj: User) -> str:
        unit = obj.agency.label if obj.agency else ""
        words = {"name": obj, "what": f"{unit} {obj.get_role_display()}".strip()}
        return _("%(name)s（%(what)s）") % words
