"""Loading the demonstration: refuse where people work, do nothing where it stands, else tell the whole year at once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError
from common.workdays import WEEKDAYS
from dashboard.demo.cases import read_cases
from dashboard.demo.inbox import Engine
from dashboard.demo.people import LOADER, People, create_people
from dashboard.demo.scene import Scene
from dashboard.demo.script import Script
from dashboard.demo.story import Story
from dashboard.demo.timetable import Timetable
from progress.models import Evidence, Report
from supervision.models import Message
from tasks.actions.loading import load_plan, read_fixtures
from tasks.models import Assignment, CalendarDay, Measure, Plan, Task

FIXTURES = settings.BASE_DIR / "fixtures"


class DemoRefusedError(DomainError):
    """不载入演示数据: somebody works here."""

    code = "demo_refused"


@dataclass(frozen=True)
class DemoResult:
    """What the demonstration consists of."""

    accounts: int
    tasks: int
    reports: int
    evidence: int
    messages: int


def is_loaded() -> bool:
    """Whether the demonstration stands; it comes as a whole or not at all."""
    return User.objects.filter(is_demo=True).exists()


def load_demo(*, now: datetime, fixtures: Path = FIXTURES) -> DemoResult:
    """A year of demonstration data up to the day before `now`, all or nothing.

    Raises DemoRefusedError if there is a person or a report that is no demonstration, and if it stands already.
    """
    _refuse_where_people_work()
    script = Script()
    try:
        with transaction.atomic():
            _tell(script, now, fixtures)
            return _count()
    except BaseException:
        script.remove_files()
        raise


def _refuse_where_people_work() -> None:
    if is_loaded():
        raise DemoRefusedError(_("演示数据已在。"))
    if User.objects.exists() or Report.objects.exists():
        raise DemoRefusedError(_("系统中已有真实的账号或报送，不能载入演示数据。演示请另建一个数据目录。"))


def _tell(script: Script, now: datetime, fixtures: Path) -> None:
    """The plan first, so that the year begins with it, unless it stands already; then the people, then their year."""
    loaded = read_fixtures(fixtures)
    if not Plan.objects.current().exists():
        start = Timetable.ending(now, WEEKDAYS)
        load_plan(fixtures=loaded, by=LOADER, now=start.at(start.first_day(0, plus=-9), 9))
    timetable = Timetable.ending(now, CalendarDay.objects.as_calendar())
    people = create_people(now=timetable.at(timetable.first_day(0, plus=-4), 9))
    _write_stories(script, timetable, people)
    Engine(script, timetable, people, {case.number: case for case in read_cases()}).write()
    script.perform()


def _write_stories(script: Script, timetable: Timetable, people: People) -> None:
    tasks = {task.number: task for task in Task.objects.current().with_lead()}
    measures = _by_number(Measure.objects.select_related("task").order_by("task_id", "order"))
    shares = _by_number(Assignment.objects.filter(role=Assignment.Role.CO).select_related("task").order_by("order"))
    for case in read_cases():
        number = case.number
        supporting = [share.agency_id for share in shares[number]]
        Story(Scene(case, tasks[number], measures[number], supporting, people, timetable, script)).write()


def _by_number(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    """The rows of the plan in force by the number of their task."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.filter(task__plan__is_current=True):
        found[row.task.number].append(row)
    return found


def _count() -> DemoResult:
    return DemoResult(
        accounts=User.objects.filter(is_demo=True).count(),
        tasks=Task.objects.filter(is_demo=True).count(),
        reports=Report.objects.filter(is_demo=True).count(),
        evidence=Evidence.objects.filter(is_demo=True).count(),
        messages=Message.objects.count(),
    )
