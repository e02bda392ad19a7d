from progress.readers.reports import report_rows

__all__ = ["report_rows"]
