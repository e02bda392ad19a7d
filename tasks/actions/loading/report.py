from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# In the order in which they are told.
KINDS: dict[str, Promise] = {
    "plan": _("实施方案"),
    "goal": _("总体目标"),
    "pillar": _("主要任务板块"),
    "zone": _("片区"),
    "agency": _("单位"),
    "task": _("任务"),
    "measure": _("举措"),
    "assignment": _("责任"),
    "safeguard": _("保障措施"),
    "calendar_year": _("节假日安排"),
}


@dataclass
class Tally:
    """What happened to the objects of one kind; `kept` counts those that people gave other values than the files."""

    created: int = 0
    corrected: int = 0
    unchanged: int = 0
    kept: int = 0

    @property
    def total(self) -> int:
        return self.created + self.corrected + self.unchanged


@dataclass
class LoadReport:
    """What one run of the loader did, by kind of object."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})

    def __getitem__(self, kind: str) -> Tally:
        return self.tallies[kind]

    def count(self, kind: str, before: Any, after: Any) -> None:
        """One object of this kind had the state `before` (None: it did not exist) and has the state `after`."""
        tally = self.tallies[kind]
        if before is None:
            tally.created += 1
        elif before != after:
            tally.corrected += 1
        else:
            tally.unchanged += 1

    @property
    def changed_anything(self) -> bool:
        return any(tally.created or tally.corrected for tally in self.tallies.values())
