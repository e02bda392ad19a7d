"""延期: the numbers and dates of a request to move a deadline, by arithmetic alone."""

from dataclasses import dataclass
from datetime import date

from common.workdays import WorkCalendar


@dataclass(frozen=True)
class ExtensionPolicy:
    """By whom and how soon a request is answered, and how often it may be made; the office can change it."""

    short_days: int = 7  # calendar days up to which the supervisor decides; more is the director's
    answer_days: int = 3  # working days that the office has for its answer
    most: int = 2  # granted extensions a task may have; ours
    late_allowed: bool = False  # whether a request is taken after the deadline

    def __post_init__(self) -> None:
        if min(self.short_days, self.answer_days, self.most) < 1:
            raise ValueError("days and numbers of an extension policy are at least one")


def is_short(due: date, wanted: date, policy: ExtensionPolicy) -> bool:
    """Whether the supervisor may decide on it: by so many calendar days or fewer."""
    return (wanted - due).days <= policy.short_days


def answer_due_on(sent_on: date, calendar: WorkCalendar, policy: ExtensionPolicy) -> date:
    """The last day for the office's answer, so many working days after the request came in."""
    return calendar.after(sent_on, policy.answer_days)
