from progress.models.evidence import Evidence
from progress.models.period import Period
from progress.models.report import Report, ReportQuerySet

__all__ = ["Evidence", "Period", "Report", "ReportQuerySet"]
