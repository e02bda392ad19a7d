from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from agencies.roles import AGENCY_ROLES, GRANTS, OFFICE_ROLES, SCOPE_GRANTS, Can, Role


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any) -> "UserQuerySet":
        """The administrator, the office and leaders see everyone; others the people of their own unit."""
        if not user.is_authenticated:
            return self.none()
        if user.manages_people or user.has(Can.READ_SUBMITTED):
            return self.people()
        return self.people().filter(agency=user.agency_id) if user.agency_id and user.reads_tasks else self.none()

    def people(self) -> "UserQuerySet":
        """Persons, not service accounts."""
        return self.exclude(role=Role.CLIENT)

    def serving(self) -> "UserQuerySet":
        """Those who can still log in: people who left get nothing more."""
        return self.filter(is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Store a user with a hashed password (unusable when None). Rules and the ledger are the action's."""
        user: User = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class Theme(models.TextChoices):
    """How a person's pages look; empty follows the system."""

    LIGHT = "light", _("浅色")
    DARK = "dark", _("深色")


class Density(models.TextChoices):
    """How close the rows of lists stand; empty is the usual distance."""

    COMPACT = "compact", _("紧凑")


class User(AbstractBaseUser):
    """使用者: a person of one unit in one role, or a service account of an API client."""

    username = models.CharField(
        _("账号"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("已有同名账号。")},
    )
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("电子邮箱"), blank=True)
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    agency = models.ForeignKey(
        Agency, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    role = models.CharField(_("岗位"), max_length=16, choices=Role)
    is_head = models.BooleanField(_("单位主要负责人"), default=False)
    is_active = models.BooleanField(_("在用"), default=True)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    joined_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    # What a person likes; it says nothing about duties, so the ledger does not keep it.
    theme = models.CharField(_("深浅色"), max_length=8, choices=Theme, blank=True)
    density = models.CharField(_("行距"), max_length=8, choices=Density, blank=True)
    language = models.CharField(_("语言"), max_length=8, choices=settings.LANGUAGES, blank=True)
    columns = models.CharField(_("台账显示的列"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    _scopes: Iterable[str] | None = None

    class Meta:
        ordering = ("agency__order", "username")
        verbose_name = _("使用者")
        constraints = (
            models.UniqueConstraint(
                Lower("username"), name="one_account_per_name", violation_error_message=_("已有同名账号。")
            ),
            models.CheckConstraint(
                condition=~models.Q(role__in=sorted(AGENCY_ROLES | OFFICE_ROLES)) | models.Q(agency__isnull=False),
                name="staff_belong_to_an_agency",
                violation_error_message=_("这个岗位的人员必须属于一个单位。"),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.username

    def has(self, ability: Can) -> bool:
        """Whether role and, for a token, scope allow this at all."""
        if not self.is_active or ability not in GRANTS.get(self.role, frozenset()):
            return False
        return self._scopes is None or any(ability in SCOPE_GRANTS.get(scope, ()) for scope in self._scopes)

    def limited_to(self, scopes: Iterable[str]) -> Self:
        """The same user as a token with these scopes may act."""
        self._scopes = tuple(scopes)
        return self

    def acts_for(self, agency_code: str | None) -> bool:
        """Whether the person speaks for this unit; a service account without a unit speaks for all."""
        if agency_code is None:
            return False
        return self.agency_id == agency_code or (self.role == Role.CLIENT and self.agency_id is None)

    @property
    def reads_tasks(self) -> bool:
        return self.has(Can.READ_TASKS)

    @property
    def reads_whole_ledger(self) -> bool:
        return self.has(Can.READ_LEDGER)

    @property
    def audits(self) -> bool:
        """Whether the ledger is open to this person without exception."""
        return self.role == Role.AUDITOR and self.has(Can.READ_LEDGER)

    @property
    def drafts_for_agency(self) -> bool:
        return self.agency_id is not None and self.has(Can.DRAFT)

    @property
    def manages_people(self) -> bool:
        return self.has(Can.MANAGE_PEOPLE)

    @property
    def is_office(self) -> bool:
        return self.role in OFFICE_ROLES

    @property
    def actor_id(self) -> str:
        return f"user:{self.pk}"

    @property
    def actor_name(self) -> str:
        return self.name or self.username

    @property
    def actor_agency(self) -> str:
        return self.agency_id or ""
