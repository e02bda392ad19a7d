from agencies.models.agency import Agency, AgencyName, AgencyQuerySet
from agencies.models.token import ApiToken
from agencies.models.user import User, UserQuerySet

__all__ = ["Agency", "AgencyName", "AgencyQuerySet", "ApiToken", "User", "UserQuerySet"]
