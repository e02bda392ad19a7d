"""The order of everything: steps are written down task by task and carried out by the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models.fields.files import FieldFile

Act = Callable[[datetime], object]


@dataclass(order=True)
class Step:
    """One thing that somebody does at a moment."""

    at: datetime
    order: int
    act: Act = field(compare=False)


@dataclass
class Script:
    """Steps in any order; the ledger is appended in the order of their moments, so that its time never runs back."""

    steps: list[Step] = field(default_factory=list)
    files: list[FieldFile] = field(default_factory=list)

    def add(self, at: datetime, act: Act) -> None:
        self.steps.append(Step(at, len(self.steps), act))

    def perform(self) -> None:
        for step in sorted(self.steps):
            step.act(step.at)

    def remove_files(self) -> None:
        """A file does not go back with the transaction that its row was in."""
        for file in self.files:
            file.delete(save=False)
