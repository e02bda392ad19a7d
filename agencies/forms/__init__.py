from agencies.forms.fields import AgencyChoiceField, AgencyChoicesField, ColleagueField
from agencies.forms.people import (
    LeaveForm,
    NewPersonForm,
    PeopleFilterForm,
    PersonForm,
    PreferencesForm,
    ReasonForm,
    StaffForm,
)
from agencies.forms.tokens import NewTokenForm, RevokeTokenForm, RotateTokenForm, TokenFilterForm, TokenLimitsForm
from agencies.forms.units import NewUnitForm, RenameForm, SuccessionForm

__all__ = [
    "AgencyChoiceField",
    "AgencyChoicesField",
    "ColleagueField",
    "LeaveForm",
    "NewPersonForm",
    "NewTokenForm",
    "NewUnitForm",
    "PeopleFilterForm",
    "PersonForm",
    "PreferencesForm",
    "ReasonForm",
    "RenameForm",
    "RevokeTokenForm",
    "RotateTokenForm",
    "StaffForm",
    "SuccessionForm",
    "TokenFilterForm",
    "TokenLimitsForm",
]
