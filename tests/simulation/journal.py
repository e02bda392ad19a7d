"""What happened in the simulated year, written down by those who act: all that the reference may know."""

from dataclasses import dataclass, field
from datetime import date


@dataclass
class Duty:
    """One task as its history has left it."""

    pk: int
    number: int
    lead: str
    supporting: tuple[str, ...]
    status: str = "planned"
    start: date | None = None
    due: date | None = None
    percent: int = 0
    issued_on: date | None = None
    received_on: date | None = None
    extension_open: bool = False
    closing_asked: bool = False
    released_on: date | None = None  # the office's last answer
    exempt: tuple[date, date] | None = None
    received: set[str] = field(default_factory=set)  # periods whose report is with the office or approved
    asking: set[str] = field(default_factory=set)  # periods whose report asks the office for something, unanswered


@dataclass
class Urging:
    """One 催办 or 督办 of one clock."""

    duty: Duty
    clock: str
    level: int
    occurrence: int
    drafted_on: date
    pk: int | None = None
    issued_on: date | None = None
    answered: bool = False
    declined: bool = False
    ended: bool = False

    @property
    def is_over(self):
        return self.ended or self.declined

    @property
    def is_out(self):
        """Issued, and its cause not gone."""
        return self.issued_on is not None and not self.ended

    @property
    def status(self):
        """What the register should call it."""
        if self.declined:
            return "declined"
        if self.issued_on is None:
            return "lapsed" if self.ended else "draft"
        if self.ended:
            return "settled"
        return "answered" if self.answered else "issued"


@dataclass
class Journal:
    """Everything, and who is where."""

    duties: dict[int, Duty] = field(default_factory=dict)
    urgings: list[Urging] = field(default_factory=list)
    waiting: list[tuple] = field(default_factory=list)  # (subject, pk, duty, since, working days) for the office
    bulletins: list[tuple] = field(default_factory=list)  # (pk, day, issued on)
    people: dict[tuple[str, str], list[int]] = field(default_factory=dict)  # by unit and role
    heads: dict[str, list[int]] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)  # the units of the plan
    directors: list[int] = field(default_factory=list)
    supervisors: list[int] = field(default_factory=list)
    with_address: set[int] = field(default_factory=set)
    away: list[tuple] = field(default_factory=list)  # (who, delegate, from, until)
