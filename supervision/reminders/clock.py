"""计时: one limit that runs, with the people who answer for it and the notices already made about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

KIND_DUE = "due"  # the task's deadline
KIND_REPORT = "report"  # a period's report
KIND_RECEIPT = "receipt"  # 签收 of a task order
KIND_ANSWER = "answer"  # the office's own: somebody waits for it
KIND_BULLETIN = "bulletin"  # an issued bulletin on its way to all units
KINDS = frozenset({KIND_DUE, KIND_REPORT, KIND_RECEIPT, KIND_ANSWER, KIND_BULLETIN})


@dataclass(frozen=True)
class Mark:
    """What a clock remembers of one notice: its level, which one of that level it is, and how far it got."""

    level: int
    status: str
    occurrence: int = 1
    notice: int | None = None
    number: str = ""
    new_limit: date | None = None
    issued_on: date | None = None
    ended_on: date | None = None

    def stood(self, *, on: date) -> bool:
        """Whether it was out and not settled at the end of a day."""
        return self.issued_on is not None and self.issued_on <= on and (self.ended_on is None or self.ended_on > on)


@dataclass(frozen=True)
class Clock:
    """One limit that runs. `key` names task, kind and limit: a changed limit is a new clock.

    While `is_held` the office has to answer first and no step is due. `released_on` is the day of its last answer, from
    which 催办 and 督办 are counted at the earliest. People are user ids; `agency` is the unit, "" for the office.
    """

    key: str
    kind: str
    limit: date
    task: int | None
    agency: str = ""
    period: str = ""
    subject: str = ""  # of an answer: what waits (extension, ask, review, notice)
    is_held: bool = False
    opened_on: date | None = None
    released_on: date | None = None
    reporters: tuple[int, ...] = ()
    supporters: tuple[int, ...] = ()  # the co units' reporters
    approvers: tuple[int, ...] = ()
    heads: tuple[int, ...] = ()
    supervisors: tuple[int, ...] = ()
    directors: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of clock: {self.kind}")

    @property
    def people(self) -> frozenset[int]:
        """Everybody whom any step of this clock may reach."""
        groups = (self.reporters, self.supporters, self.approvers, self.heads, self.supervisors, self.directors)
        return frozenset(once(*groups))

    def mark_of(self, level: int) -> Mark | None:
        """The latest notice of a level, or None."""
        return max((each for each in self.marks if each.level == level), key=lambda each: each.occurrence, default=None)


def once(*groups: Iterable[int]) -> tuple[int, ...]:
    """Everybody of the groups in their order, nobody twice."""
    return tuple(dict.fromkeys(person for group in groups for person in group))
