"""What a light is made of: its words in code, the office's numbers, the facts it depends on and the dates it keeps."""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from tasks.planned import Mark


class Colour(StrEnum):
    """亮灯 colours, as stored and as in the API."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    BLUE = "blue"
    GREY = "grey"


class Rule(StrEnum):
    """Why a light has its colour: the code of the reason. Of two rules that hold, the one listed first counts."""

    CLOSED_ON_TIME = "closed_on_time"
    CLOSED_LATE = "closed_late"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    STANDING = "standing"
    NO_DEADLINE = "no_deadline"
    NOT_ISSUED = "not_issued"
    NOT_STARTED = "not_started"
    EXEMPT = "exempt"
    OVERDUE = "overdue"
    PACE_RED = "pace_red"
    START_MISSED = "start_missed"
    TWO_YELLOW = "two_yellow"
    PACE_YELLOW = "pace_yellow"
    NEAR_DUE = "near_due"
    REPORT_MISSING = "report_missing"
    MADE_GOOD = "made_good"
    ON_TRACK = "on_track"


MOST = 366  # of anything that is counted in days, months or periods: more is a slip of the hand
MOST_POINTS = 100


@dataclass(frozen=True)
class LightPolicy:
    """The numbers by which lights are judged; the office can change them, the defaults are published rules."""

    yellow_points: int = 10  # percentage points behind, from this many on; 银川 2025
    red_points: int = 30  # percentage points behind, more than this; 银川 2025
    near_days: int = 3  # working days before the deadline; 西安
    near_days_long: int = 7  # the same for a long task; ours
    long_task_months: int = 6  # a task is long if it runs over this many months; ours
    overdue_after: int = 1  # working days after the deadline; 宜昌
    start_missed_months: int = 3  # months after the start date with nothing started; 银川 2025
    yellow_closes: int = 2  # quarter ends running without green; 江东 2020
    report_after: int = 1  # working days after the limit of a report that is owed; ours
    hold_made_good: bool = True  # a red light set right stays yellow until its quarter ends; 瓯海 2020

    def __post_init__(self) -> None:
        numbers = [getattr(self, each.name) for each in fields(self) if each.type is int]
        if any(type(number) is not int for number in numbers) or type(self.hold_made_good) is not bool:
            raise ValueError("a light policy is made of whole numbers and one yes or no")
        if not 1 <= min(numbers) <= max(numbers) <= MOST:
            raise ValueError(f"points, days, months and periods of a light policy are at least one, at most {MOST}")
        if not self.yellow_points <= self.red_points <= MOST_POINTS:
            raise ValueError("yellow comes before red, and nothing is more than a hundred points behind")


DEFAULT_POLICY = LightPolicy()


@dataclass(frozen=True)
class LightFacts:
    """What a light depends on: approved facts only. `percent` is the last approved one, 0 before the first.

    `started` says that an approved report called it begun; `closes` holds the colour at each quarter's end in order, up
    to the last quarter that has ended: grey where it was not judged or nothing is known. The exemption and the time for
    which a light made good is held are first and last days, both counted.
    """

    status: str
    start: date | None
    due: date | None
    percent: int
    marks: tuple[Mark, ...] = ()
    closing_asked_on: date | None = None
    closed_late: bool | None = None
    extension_asked_on: date | None = None
    started: bool = False
    report_due_on: date | None = None
    report_period: str = ""
    held_from: date | None = None
    held_until: date | None = None
    exempt_from: date | None = None
    exempt_until: date | None = None
    closes: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True)
class LightDates:
    """The days on which the light turns, with the rule that turns it; "" where there is no day.

    `overdue_from` stands beside `red_from`, because a task may be red for its pace long before it is overdue. Yellow
    and red hold from their day on; a light made good and an exemption end with their last day.
    """

    yellow_from: date | None = None
    yellow_rule: str = ""
    red_from: date | None = None
    red_rule: str = ""
    overdue_from: date | None = None
    held_from: date | None = None
    held_until: date | None = None
    exempt_from: date | None = None
    exempt_until: date | None = None


@dataclass(frozen=True)
class Light:
    """亮灯 on one day.

    `since` is the first day of an unbroken yellow or red, None otherwise; `next_…` is the turn that comes if no fact
    changes, with the rule that will bring it.
    """

    colour: Colour
    rule: Rule
    since: date | None = None
    next_colour: Colour | None = None
    next_on: date | None = None
    next_rule: Rule | None = None
