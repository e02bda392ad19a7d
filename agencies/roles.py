"""Who may do what, as a table of data: roles, what each may do, and what an API token's scopes let through."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """岗位: a person holds exactly one."""

    REPORTER = "reporter", _("填报员")
    APPROVER = "approver", _("审签人")
    SUPERVISOR = "supervisor", _("督办员")
    DIRECTOR = "director", _("办公室负责人")
    LEADER = "leader", _("领导")
    ADMINISTRATOR = "administrator", _("管理员")
    AUDITOR = "auditor", _("审计员")
    CLIENT = "client", _("接口账号")


class Can(StrEnum):
    """What a role may do at all; each room's permissions add whose object it must be."""

    READ_TASKS = "read_tasks"
    READ_SUBMITTED = "read_submitted"
    DRAFT = "draft"
    SUBMIT = "submit"
    SET_UP_TASKS = "set_up_tasks"
    REVIEW = "review"
    DECIDE = "decide"
    MANAGE_CALENDAR = "manage_calendar"
    MANAGE_PEOPLE = "manage_people"
    READ_LEDGER = "read_ledger"


_SUPERVISOR = frozenset({
    Can.READ_TASKS, Can.READ_SUBMITTED, Can.SET_UP_TASKS, Can.REVIEW, Can.MANAGE_CALENDAR, Can.READ_LEDGER,
})  # fmt: skip

GRANTS: dict[str, frozenset[Can]] = {
    Role.REPORTER: frozenset({Can.READ_TASKS, Can.DRAFT}),
    Role.APPROVER: frozenset({Can.READ_TASKS, Can.DRAFT, Can.SUBMIT}),
    Role.SUPERVISOR: _SUPERVISOR,
    Role.DIRECTOR: _SUPERVISOR | {Can.DECIDE},
    Role.LEADER: frozenset({Can.READ_TASKS, Can.READ_SUBMITTED, Can.READ_LEDGER}),
    Role.ADMINISTRATOR: frozenset({Can.READ_TASKS, Can.MANAGE_PEOPLE, Can.MANAGE_CALENDAR}),
    Role.AUDITOR: frozenset({Can.READ_LEDGER}),
    Role.CLIENT: frozenset({Can.READ_TASKS, Can.DRAFT, Can.SUBMIT}),
}

AGENCY_ROLES = frozenset({Role.REPORTER, Role.APPROVER})
OFFICE_ROLES = frozenset({Role.SUPERVISOR, Role.DIRECTOR})


class Scope(TextChoices):
    """接口权限: what a token lets through, at most what its account may do."""

    READ = "progress:read", _("读取进展")
    WRITE = "progress:write", _("报送进展")
    CHANGES = "changes:read", _("读取变更流")
    ADMIN = "admin", _("管理")
    CALENDAR = "calendar:read", _("订阅日历")  # the one scope whose token may stand in an address


SCOPE_GRANTS: dict[str, frozenset[Can]] = {
    Scope.READ: frozenset({Can.READ_TASKS, Can.READ_SUBMITTED}),
    Scope.WRITE: frozenset({Can.READ_TASKS, Can.DRAFT, Can.SUBMIT, Can.REVIEW}),
    Scope.CHANGES: frozenset({Can.READ_TASKS, Can.READ_LEDGER}),
    Scope.ADMIN: frozenset({Can.MANAGE_PEOPLE, Can.MANAGE_CALENDAR}),
    Scope.CALENDAR: frozenset({Can.READ_TASKS}),
}
