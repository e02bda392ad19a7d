"""亮灯: the light of a task as a function of approved facts, a day, a calendar and a policy.

Two steps. When a fact changes, `light_dates` finds the days on which the light turns; they are stored on the task. On
any day, past or future, `light_on` only compares dates, so that lists can filter and sort by the light in SQL.
Sources of the rules: 银川 2025 (pace, missed start), 宜昌 (overdue), 西安 (near due), 江东 2020 (yellow twice running),
瓯海 2020 (made good); the longer notice for long tasks and the missing report are ours.
"""

from tasks.lights.days import light_on, overdue_days
from tasks.lights.facts import (
    DEFAULT_POLICY,
    Colour,
    Light,
    LightDates,
    LightFacts,
    LightPolicy,
    Rule,
)
from tasks.lights.rules import hold, last_quarter_end, light_dates, months_after, overdue_from, quarter_end
from tasks.lights.words import (
    COLOUR_LABELS,
    COLOUR_NAMES,
    POLICY_LABELS,
    RULE_LABELS,
    SHAPES,
    WORST_FIRST,
    Numbers,
    explain,
)

__all__ = [
    "COLOUR_LABELS",
    "COLOUR_NAMES",
    "DEFAULT_POLICY",
    "POLICY_LABELS",
    "RULE_LABELS",
    "SHAPES",
    "WORST_FIRST",
    "Colour",
    "Light",
    "LightDates",
    "LightFacts",
    "LightPolicy",
    "Numbers",
    "Rule",
    "explain",
    "hold",
    "last_quarter_end",
    "light_dates",
    "light_on",
    "months_after",
    "overdue_days",
    "overdue_from",
    "quarter_end",
]
