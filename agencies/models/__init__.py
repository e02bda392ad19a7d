from agencies.models.agency import Agency, AgencyName, AgencyQuerySet
from agencies.models.answer import Answer
from agencies.models.leave import Leave, LeaveQuerySet
from agencies.models.succession import Succession, SuccessionQuerySet
from agencies.models.token import ApiToken, ApiTokenQuerySet
from agencies.models.user import Density, Theme, User, UserQuerySet

__all__ = [
    "Agency",
    "AgencyName",
    "AgencyQuerySet",
    "Answer",
    "ApiToken",
    "ApiTokenQuerySet",
    "Density",
    "Leave",
    "LeaveQuerySet",
    "Succession",
    "SuccessionQuerySet",
    "Theme",
    "User",
    "UserQuerySet",
]
