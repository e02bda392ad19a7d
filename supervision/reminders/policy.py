"""提醒规则: the ladder from 0 to 4 as data."""

from dataclasses import dataclass

OPEN_LEVEL = 0  # 报送提示: the period is open
NEAR_LEVEL = 1  # 临期提示
URGE_LEVEL = 2  # 催办
SUPERVISE_LEVEL = 3  # 督办
BULLETIN_LEVEL = 4  # 通报
LAST_DAY_OF_EVERY_MONTH = 28


@dataclass(frozen=True)
class ReminderPolicy:
    """When each level falls due; in working days, if nothing else is said. Settings of the office, defaults of ours.

    `before` are the distances of the 临期提示; a 催办单 is drafted `urge_after` a missed limit, a 督办通知单
    `supervise_after` the day on which an unanswered 催办单 was issued, with a new limit `new_limit_days` ahead.
    """

    open_days: int = 10  # calendar days before a report's limit, when the units hear that the period is open
    before: tuple[int, ...] = (7, 3, 1)
    approvers_from: int = 1  # so many working days before the limit, or fewer, the approvers are told too
    urge_after: int = 1
    supervise_after: int = 5
    new_limit_days: int = 5
    receipt_days: int = 1  # for 签收, after the task order was issued
    bulletin_day: int = 10  # of the month after a quarter, moved to a working day
    confirm_days: int = 2  # for the office to confirm or decline a drafted notice

    def __post_init__(self) -> None:
        distances = (*self.before, self.urge_after, self.supervise_after, self.new_limit_days)
        if min((*distances, self.approvers_from, self.receipt_days, self.confirm_days)) < 1:
            raise ValueError("reminders are at least one working day from the limit")
        if self.open_days < 1 or len(set(self.before)) < len(self.before):
            raise ValueError("a period is announced before its limit, and each distance stands once")
        if not 1 <= self.bulletin_day <= LAST_DAY_OF_EVERY_MONTH:
            raise ValueError("the bulletin's day is one that every month has")
