"""演练 read from the database: a policy over past days by the ledger, over days to come by today's facts."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Agency, User
from common.errors import InvalidError
from common.texts import join_words
from common.workdays import ONE_DAY, WorkCalendar
from supervision.models import Level
from supervision.readers.facts import read_facts, read_rules
from supervision.readers.past_facts import PastFacts
from supervision.reminders import NEAR_LEVEL, Facts, ReminderPolicy, Rules
from supervision.reminders.rehearsal import Sending, rehearse
from supervision.wording import Wording
from tasks.models import CalendarDay, Task
from tasks.policies import from_values, to_values

Row = dict[str, Any]
LONGEST_DAYS = 400


@dataclass(frozen=True)
class Trial:
    """What a policy brings over a stretch of days, and what the one in force brings over the same."""

    first: date
    last: date
    tried: list[Sending]
    in_force: list[Sending]
    calendar: WorkCalendar


def try_policy(policy: ReminderPolicy | None, *, first: date, last: date, on: date) -> Trial:
    """Rehearse a policy from `first` to `last`, and the one in force beside it; None is the one in force itself.

    Days before `on` are read from the ledger, `on` and later ones from today's facts, as if nothing changed any more.
    """
    calendar, rules = CalendarDay.objects.as_calendar(), read_rules()
    in_force = _rehearse(rules, calendar, first=first, last=last, on=on)
    if policy is None or policy == rules.reminders:
        return Trial(first, last, in_force, in_force, calendar)
    tried = _rehearse(Rules(policy, rules.periods), calendar, first=first, last=last, on=on)
    return Trial(first, last, tried, in_force, calendar)


def _rehearse(rules: Rules, calendar: WorkCalendar, *, first: date, last: date, on: date) -> list[Sending]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    members = Agency.objects.in_plan().filter(dissolved_on=None).order_by("order")
    return rehearse(
        days, _facts_reader(rules, calendar, first=first, last=last, on=on), calendar, rules,
        units=tuple(members.values_list("code", flat=True)),
    )  # fmt: skip


def _facts_reader(
    rules: Rules, calendar: WorkCalendar, *, first: date, last: date, on: date
) -> Callable[[date], Facts]:
    yesterday = on - ONE_DAY
    past = PastFacts(first, min(last, yesterday), calendar=calendar, rules=rules) if first <= yesterday else None
    today = read_facts(Task.objects.current(), on=on, calendar=calendar, rules=rules) if last >= on else None
    return lambda day: past(day) if past and day < on else today  # type: ignore[return-value]


def trial_summary(trial: Trial) -> Row:
    """The figures of both policies side by side: by level, by person, and the heaviest day (no query)."""
    return {
        "levels": _by_level(trial.tried, trial.in_force),
        "tried": _figures(trial.tried),
        "in_force": _figures(trial.in_force),
    }


def _by_level(tried: Iterable[Sending], in_force: Iterable[Sending]) -> list[Row]:
    counts = [Counter(each.level for each in found) for found in (tried, in_force)]
    return [
        {"level": level.value, "label": level.label, "tried": counts[0][level], "in_force": counts[1][level],
         "difference": counts[0][level] - counts[1][level]}
        for level in Level
    ]  # fmt: skip


def _figures(sendings: list[Sending]) -> Row:
    loads = load_of(sendings)
    heaviest = max(loads.values(), default=0)
    return {
        "messages": len(sendings),
        "mails": mails_of(sendings),
        "people": len({each.person for each in sendings}),
        "heaviest": heaviest,
        "heaviest_on": min((day for (_person, day), load in loads.items() if load == heaviest), default=None),
    }


def load_of(sendings: Iterable[Sending]) -> Counter[tuple[int, date]]:
    """How many messages each person gets on each day."""
    return Counter((each.person, each.on) for each in sendings)


def mails_of(sendings: Iterable[Sending]) -> int:
    """How many mails that makes: one digest a person and day, and each notice for itself."""
    digests = {(each.person, each.on) for each in sendings if each.level <= NEAR_LEVEL}
    return len(digests) + sum(each.level > NEAR_LEVEL for each in sendings)


def trial_days(trial: Trial) -> list[Row]:
    """Day by day who hears what, the days on which somebody does (three queries, whatever the number of days)."""
    keys = {each.key for each in trial.in_force}
    people = User.objects.select_related("agency").in_bulk({each.person for each in trial.tried})
    tasks = Task.objects.in_bulk({each.clock.task for each in trial.tried if each.clock.task})
    days: dict[date, list[Row]] = {}
    for each in sorted(trial.tried, key=lambda each: (each.on, -each.level, each.clock.limit, each.key, each.person)):
        days.setdefault(each.on, []).append(_row(each, tasks, people, trial.calendar, is_new=each.key not in keys))
    return [{"on": on, "rows": rows, "people": len({row["person"] for row in rows})} for on, rows in days.items()]


def _row(
    each: Sending, tasks: dict[int, Task], people: dict[int, User], calendar: WorkCalendar, *, is_new: bool
) -> Row:
    person, limit = people[each.person], each.clock.limit
    late = (each.on - limit).days
    timing = {"late": late} if late > 0 else {"left": calendar.between(each.on, limit)}
    wording = Wording(each.reason, limit, each.clock.period, is_copy=each.is_copy, subject=each.clock.subject, **timing)
    return {
        "level": Level(each.level),
        "task": tasks.get(each.clock.task or 0),
        "person": person,
        "agency": person.agency.label if person.agency else "",
        "text": wording.sentence(),
        "is_copy": each.is_copy,
        "is_new": is_new,
    }


def heaviest_people(trial: Trial, *, most: int = 10) -> list[Row]:
    """Who hears most, with the same figure under the policy in force and their heaviest day (one query)."""
    tried = Counter(each.person for each in trial.tried)
    before = Counter(each.person for each in trial.in_force)
    loads = load_of(trial.tried)
    chosen = [person for person, _count in tried.most_common(most)]
    people = User.objects.select_related("agency").in_bulk(chosen)
    return [
        {
            "person": people[person],
            "agency": people[person].agency.label if people[person].agency else "",
            "tried": tried[person],
            "in_force": before[person],
            "heaviest": max(load for (who, _day), load in loads.items() if who == person),
        }
        for person in chosen
    ]


def policy_of(values: Any) -> ReminderPolicy:
    """The policy in force with some numbers changed.

    Raises InvalidError for unknown names and for values that cannot be.
    """
    names = {each.name for each in fields(ReminderPolicy)}
    if not isinstance(values, dict) or not set(values) <= names:
        known = join_words(sorted(names))
        raise InvalidError({"policy": [_("规则文件只能写这些项目：%(known)s。") % {"known": known}]})
    try:
        return from_values(ReminderPolicy, {**to_values(read_rules().reminders), **values})
    except (TypeError, ValueError) as error:
        raise InvalidError({"policy": [_("规则中的数值不成立，请对照各项说明修改。")]}) from error
