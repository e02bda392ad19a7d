"""The light in SQL and the light of a row are one rule, for any facts on any day."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.workdays import WEEKDAYS
from tasks.lights import Rule, light_dates
from tasks.models import Pillar, Plan, Task
from tests.factories import NOW, PillarFactory, PlanFactory
from tests.tasks.light_cases import BASE, fact_sets, policies, still

pytestmark = pytest.mark.django_db

DAYS = [BASE + timedelta(days=n) for n in (-60, -1, 0, 1, 13, 30, 58, 59, 60, 90, 149, 150, 400)]


def row(number, facts, policy, plan, pillar):
    is_done = facts.status in {"closed", "signed_off"}
    task = Task(
        plan=plan, pillar=pillar, number=number, title=f"任务{number}", title_en="Task", text="一。", unit_clause="甲",
        status=facts.status, start_date=facts.start if facts.due and (facts.start or facts.due) <= facts.due else None,
        due_date=facts.due, original_due_date=facts.due, due_basis="office", percent=facts.percent, updated_at=NOW,
        closed_on=facts.due if is_done else None, closed_late=bool(facts.closed_late) if is_done else None,
    )  # fmt: skip
    task.keep_light(light_dates(facts, WEEKDAYS, policy))
    return task


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(st.tuples(fact_sets() | fact_sets(still), policies), min_size=15, max_size=15))
def test_colour_and_overdue_in_sql_equal_the_light_of_any_row_on_any_day(found):
    plan = Plan.objects.first() or PlanFactory()
    pillar = Pillar.objects.first() or PillarFactory(plan=plan)
    Task.objects.all().delete()
    Task.objects.bulk_create(row(n, facts, policy, plan, pillar) for n, (facts, policy) in enumerate(found, 500))
    tasks = list(Task.objects.all())
    for on in DAYS:
        lights = {each.number: each.light(on=on) for each in tasks}
        by_sql = dict(Task.objects.with_colour(on).values_list("number", "colour"))
        assert by_sql == {number: light.colour.value for number, light in lights.items()}
        late = set(Task.objects.overdue(on=on).values_list("number", flat=True))
        assert late == {number for number, light in lights.items() if light.rule == Rule.OVERDUE}
