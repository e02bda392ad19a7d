"""The people of the demonstration: posts, not persons. Their one password is public, so they hold nothing real."""

from dataclasses import dataclass, field
from datetime import datetime

from agencies.actions import create_user, update_user
from agencies.models import Agency, User
from agencies.roles import Role
from dashboard.demo.cases import read_yaml
from ledger.actors import SystemActor
from tasks.models import Assignment

PASSWORD = "gxftz-demo-2026"  # noqa: S105  printed for everybody to use; no account of a real installation has it
LOADER = SystemActor("演示数据载入")
LEAD_ROLES = {Role.REPORTER: "填报员", Role.APPROVER: "审签人"}


@dataclass
class People:
    """Who plays which part, by account name; units' people by unit and role."""

    by_name: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, username: str) -> User:
        return self.by_name[username]

    def reporter(self, agency: str) -> User:
        return self.by_name[f"{agency}-{Role.REPORTER}"]

    def approver(self, agency: str) -> User:
        return self.by_name[f"{agency}-{Role.APPROVER}"]

    def supervisor(self, number: int) -> User:
        """The two supervisors share the tasks."""
        return self.by_name["supervisor" if number % 2 else "supervisor-2"]

    @property
    def director(self) -> User:
        return self.by_name["director"]


def create_people(*, now: datetime) -> People:
    """One account for each post, two for each unit that leads a task, and a reporter for some others."""
    posts, people = read_yaml("people"), People()
    agencies = Agency.objects.in_bulk()
    for post in posts["posts"]:
        people.by_name[post["username"]] = create_user(
            username=post["username"], name=f"演示·{post['name']}", role=post["role"],
            agency=agencies.get(post.get("agency")), password=PASSWORD, by=LOADER, now=now, is_demo=True,
        )  # fmt: skip
    for code in lead_units():
        for role in LEAD_ROLES:
            _staff(people, agencies[code], role, has_login=code in posts["units_with_login"], now=now)
    for code in posts["reporters_only"]:
        _staff(people, agencies[code], Role.REPORTER, has_login=False, now=now)
    return people


def lead_units() -> list[str]:
    leads = Assignment.objects.filter(role=Assignment.Role.LEAD, task__plan__is_current=True)
    return sorted(set(leads.values_list("agency", flat=True)))


def _staff(people: People, agency: Agency, role: Role, *, has_login: bool, now: datetime) -> None:
    """Hashing a password is slow on purpose, so only the units that people try out get one."""
    username = f"{agency.code}-{role}"
    people.by_name[username] = create_user(
        username=username, name=f"演示·{agency.short_name}{LEAD_ROLES[role]}", role=role, agency=agency,
        password=PASSWORD if has_login else None, by=LOADER, now=now, is_demo=True,
    )  # fmt: skip


def give_address(user: User, *, by: User, now: datetime) -> None:
    """An address that cannot exist (RFC 2606): the mails of the demonstration can be looked at, but reach nobody."""
    update_user(
        user=user, name=user.name, email=f"{user.username}@demo.invalid", phone=user.phone, agency=user.agency,
        role=user.role, by=by, now=now,
    )  # fmt: skip
