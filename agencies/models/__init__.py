from agencies.models.agency import Agency, AgencyName, AgencyQuerySet
from agencies.models.leave import Leave, LeaveQuerySet
from agencies.models.succession import Succession, SuccessionQuerySet
from agencies.models.token import ApiToken
from agencies.models.user import Density, Theme, User, UserQuerySet

__all__ = [
    "Agency",
    "AgencyName",
    "AgencyQuerySet",
    "ApiToken",
    "Density",
    "Leave",
    "LeaveQuerySet",
    "Succession",
    "SuccessionQuerySet",
    "Theme",
    "User",
    "UserQuerySet",
]
