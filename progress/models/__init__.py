from progress.models.ask import Ask, AskQuerySet
from progress.models.closing import Closing, ClosingQuerySet, Hearing
from progress.models.contribution import Contribution, ContributionQuerySet
from progress.models.evidence import Evidence
from progress.models.expectation import Expectation
from progress.models.period import Period
from progress.models.report import Report, ReportQuerySet
from progress.models.working_copy import WorkingCopy, WorkingCopyQuerySet

__all__ = [
    "Ask",
    "AskQuerySet",
    "Closing",
    "ClosingQuerySet",
    "Contribution",
    "ContributionQuerySet",
    "Evidence",
    "Expectation",
    "Hearing",
    "Period",
    "Report",
    "ReportQuerySet",
    "WorkingCopy",
    "WorkingCopyQuerySet",
]
