from datetime import date
from typing import Any

from progress.models.period import PeriodQuerySet


def period_list(periods: PeriodQuerySet, *, on: date) -> list[dict[str, Any]]:
    """Periods with all their dates, the latest first, and whether reports are taken on this day (one query)."""
    return [
        {
            "code": each.code,
            "label": each.label,
            "cycle": each.cycle,
            "starts_on": each.starts_on,
            "ends_on": each.ends_on,
            "contributions_due_on": each.contributions_due_on,
            "reports_due_on": each.reports_due_on,
            "locks_on": each.locks_on,
            "is_open": each.starts_on <= on <= each.locks_on,
        }
        for each in periods.newest_first()
    ]
