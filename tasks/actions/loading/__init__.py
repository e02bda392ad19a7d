"""Taking the plan in from fixtures/*.yaml: check everything first, then create or correct in one transaction."""

from tasks.actions.loading.fixtures import FixtureError, Fixtures, read_fixtures
from tasks.actions.loading.load import load_plan
from tasks.actions.loading.report import KINDS, LoadReport, Tally

__all__ = ["KINDS", "FixtureError", "Fixtures", "LoadReport", "Tally", "load_plan", "read_fixtures"]
