"""The fixed cast of the tests: one person for each part, around one ongoing task with a lead and a supporting unit."""

from types import SimpleNamespace

import pytest

from agencies.roles import Role
from tests.factories import AgencyFactory, PeriodFactory, TaskFactory, UserFactory, ZoneFactory

AGENCY_PARTS = ("lead_reporter", "lead_approver", "co_reporter", "co_approver", "zone_officer", "outsider")
OFFICE_PARTS = ("supervisor", "director", "leader", "administrator", "auditor")
PARTS = (*AGENCY_PARTS, *OFFICE_PARTS)


@pytest.fixture
def cast(db):
    """The cast, for one test."""
    return make_cast()


def make_cast() -> SimpleNamespace:
    """Namespace with `task`, `period`, the units `lead`, `co`, `zone_body`, `other`, `office`, and a user per part."""
    zone = ZoneFactory(code="nanning")
    lead, co, other = (AgencyFactory(code=code) for code in ("lead-unit", "co-unit", "other-unit"))
    body = AgencyFactory(code="zone-body", kind="zone_body", zone=zone)
    office = AgencyFactory(office=True)
    task = TaskFactory(number=1, lead=lead, supporting=[co, body])
    task.zones.add(zone)

    def user(part, agency, role):
        return UserFactory(username=part, agency=agency, role=role)

    people = {
        "lead_reporter": user("lead_reporter", lead, Role.REPORTER),
        "lead_approver": user("lead_approver", lead, Role.APPROVER),
        "co_reporter": user("co_reporter", co, Role.REPORTER),
        "co_approver": user("co_approver", co, Role.APPROVER),
        "zone_officer": user("zone_officer", body, Role.REPORTER),
        "outsider": user("outsider", other, Role.APPROVER),
        "supervisor": user("supervisor", office, Role.SUPERVISOR),
        "director": user("director", office, Role.DIRECTOR),
        "leader": user("leader", None, Role.LEADER),
        "administrator": user("administrator", None, Role.ADMINISTRATOR),
        "auditor": user("auditor", None, Role.AUDITOR),
    }
    return SimpleNamespace(
        task=task, period=PeriodFactory(), lead=lead, co=co, zone_body=body, other=other, office=office, **people
    )
