"""Rows for tests, made in one line each; what only an action may make (reports, events) the tests make by it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from agencies.models import Agency, User
from agencies.models.agency import Kind
from agencies.roles import Role
from progress.actions import ReportContent
from progress.models import Period
from tasks.lights import months_after
from tasks.models import Assignment, CalendarDay, DueBasis, Measure, Pillar, Plan, Task
from tasks.status import Status
from zones.models import Zone

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=SHANGHAI)  # a Wednesday in the fourth quarter, in working hours
TODAY = NOW.date()
PASSWORD = "correct horse battery staple"


class ZoneFactory(DjangoModelFactory):
    class Meta:
        model = Zone
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"zone-{n}")
    order = factory.Sequence(lambda n: n + 1)
    name = factory.LazyAttribute(lambda o: f"片区{o.code}")
    name_en = factory.LazyAttribute(lambda o: f"Zone {o.code}")
    area_km2 = "46.80"
    bonded_zone_name = "综合保税区"
    bonded_zone_name_en = "Comprehensive bonded zone"
    bonded_zone_area_km2 = "2.37"
    positioning = "定位"
    positioning_en = "Positioning"


class AgencyFactory(DjangoModelFactory):
    class Meta:
        model = Agency
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"unit-{n}")
    order = factory.Sequence(lambda n: n + 1)
    kind = Kind.DEPARTMENT
    name = factory.LazyAttribute(lambda o: f"单位{o.code}")
    plan_name = factory.SelfAttribute("name")
    short_name = factory.LazyAttribute(lambda o: o.name[:20])
    name_en = factory.LazyAttribute(lambda o: f"Unit {o.code}")

    class Params:
        office = factory.Trait(kind=Kind.OFFICE, plan_name=None, code="office", name="办公室")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.LazyAttribute(lambda o: f"姓名{o.username}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.test")
    agency = factory.SubFactory(AgencyFactory)
    role = Role.REPORTER

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, password=kwargs.pop("password", None), **kwargs)


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan
        django_get_or_create = ("code",)

    code = "test-plan"
    title = "测试方案"
    title_en = "Test plan"
    issuer = "发文机关"
    issuer_en = "Issuer"
    issued_on = date(2020, 1, 22)
    parent_title = "上位文件"
    parent_number = "〔2019〕0号"
    parent_issued_on = date(2019, 8, 2)
    launched_on = date(2019, 8, 30)
    preamble = objectives = layout = "正文"


class PillarFactory(DjangoModelFactory):
    class Meta:
        model = Pillar
        django_get_or_create = ("plan", "number")

    plan = factory.SubFactory(PlanFactory)
    number = 1
    title = factory.LazyAttribute(lambda o: f"板块{o.number}")
    title_en = factory.LazyAttribute(lambda o: f"Pillar {o.number}")
    text = "板块正文。"


class TaskFactory(DjangoModelFactory):
    """An ongoing task that runs through 2026 and is on track; `lead` and `supporting` are its units."""

    class Meta:
        model = Task
        skip_postgeneration_save = True

    plan = factory.SubFactory(PlanFactory)
    pillar = factory.SubFactory(PillarFactory, plan=factory.SelfAttribute("..plan"))
    number = factory.Sequence(lambda n: n + 101)
    title = factory.LazyAttribute(lambda o: f"任务{o.number}")
    title_en = factory.LazyAttribute(lambda o: f"Task {o.number}")
    text = "第一句。第二句。"
    unit_clause = "责任单位：甲、乙"
    status = Status.ONGOING
    start_date = date(2026, 1, 1)
    due_date = date(2026, 12, 31)
    original_due_date = factory.SelfAttribute("due_date")
    due_basis = DueBasis.OFFICE
    percent = 90
    updated_at = NOW

    class Params:
        planned = factory.Trait(
            status=Status.PLANNED, start_date=None, due_date=None, original_due_date=None, due_basis="", percent=0
        )
        overdue = factory.Trait(
            due_date=date(2026, 10, 30), red_from=date(2026, 11, 2), red_rule="overdue", overdue_from=date(2026, 11, 2)
        )

    @factory.post_generation
    def lead(self, create, extracted, **kwargs):
        agency = extracted or AgencyFactory()
        Assignment.objects.create(task=self, agency=agency, role="lead", order=1)
        self.lead_code = agency.code

    @factory.post_generation
    def supporting(self, create, extracted, **kwargs):
        for order, agency in enumerate(extracted or (), start=2):
            Assignment.objects.create(task=self, agency=agency, role="co", order=order)

    @factory.post_generation
    def measures(self, create, extracted, **kwargs):
        for order, text in enumerate(("第一句。", "第二句。"), start=1):
            Measure.objects.create(task=self, order=order, text=text, deliverable="document")


class PeriodFactory(DjangoModelFactory):
    """The fourth quarter of 2026, open at NOW."""

    class Meta:
        model = Period
        django_get_or_create = ("code",)

    code = "2026Q4"
    starts_on = date(2026, 10, 1)
    ends_on = factory.LazyAttribute(lambda o: months_after(o.starts_on, 3) - timedelta(days=1))
    contributions_due_on = date(2026, 12, 21)
    reports_due_on = date(2026, 12, 25)
    locks_on = date(2027, 1, 11)


class HolidayFactory(DjangoModelFactory):
    class Meta:
        model = CalendarDay

    kind = CalendarDay.Kind.HOLIDAY
    name = "节假日"


def report_content(**changes):
    """What a reporter enters; every field can be changed."""
    values = {"percent": 95, "result": "advancing", "progress": "完成平台一期建设。", "next_steps": "开展二期。"}
    return ReportContent(**{**values, **changes})
