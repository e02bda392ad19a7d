from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.errors import InvalidError
from supervision.readers.trial import (
    LONGEST_DAYS,
    Trial,
    heaviest_people,
    policy_of,
    trial_days,
    trial_summary,
    try_policy,
)
from supervision.reminders import ReminderPolicy

WORST = 10
FIGURES = gettext_lazy(
    "%(name)s规则：站内消息 %(messages)d 条、邮件 %(mails)d 封，%(people)d 人；一人一天最多 %(heaviest)d 条"
)


class Command(BaseCommand):
    """演练: a reminder policy over past days and days to come, compared with the one in force."""

    help = (
        "Prints who would hear what on which day, and the load, compared with the policy in force. Past days are read "
        "from the ledger, days to come from today's facts as if nothing changed. Changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", metavar="DATE", required=True, help="first day, such as 2026-10-01")
        parser.add_argument("--to", dest="last", metavar="DATE", required=True, help="last day")
        parser.add_argument("--policy", metavar="FILE", help="YAML with the numbers to try; what is left out stays")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = _day(options["first"]), _day(options["last"])
        if not 0 <= (last - first).days < LONGEST_DAYS:
            raise CommandError(_("--to 不能早于 --from，一次最多演练 %(days)d 天。") % {"days": LONGEST_DAYS})
        policy = _read_policy(options["policy"]) if options["policy"] else None
        trial = try_policy(policy, first=first, last=last, on=clock.today())
        self.stdout.write("\n".join(_told(trial)))


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise CommandError(_("“%(word)s”不是日期。请写成 2026-12-31 这样的日期。") % {"word": word}) from error


def _read_policy(name: str) -> ReminderPolicy:
    try:
        values = yaml.safe_load(Path(name).read_text(encoding="utf-8"))
        return policy_of(values)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CommandError(_("读不了 %(name)s：%(error)s") % {"name": name, "error": error}) from error
    except InvalidError as error:
        raise CommandError("\n".join(str(each) for found in error.errors.values() for each in found)) from error


def _told(trial: Trial) -> Iterator[str]:
    words = {"first": trial.first.isoformat(), "last": trial.last.isoformat()}
    yield _("%(first)s 至 %(last)s 的提醒与督办（演练，不送达，也不改动数据）") % words
    for day in trial_days(trial):
        yield ""
        yield _("%(day)s  %(count)d 条，%(people)d 人") % {
            "day": day["on"].isoformat(), "count": len(day["rows"]), "people": day["people"],
        }  # fmt: skip
        yield from map(_line, day["rows"])
    yield ""
    yield from _load(trial)


def _line(row: dict[str, Any]) -> str:
    task = f"{row['task'].number} {row['task'].title}" if row["task"] else ""
    copy = _("（抄送）") if row["is_copy"] else ""
    return f"  {row['level'].label}  {task}  {row['agency']} {row['person']}{copy}  {row['text']}"


def _load(trial: Trial) -> Iterator[str]:
    summary = trial_summary(trial)
    for each in summary["levels"]:
        yield _("%(label)s：试行 %(tried)d，现行 %(in_force)d（%(difference)+d）") % each
    for name, figures in ((_("试行"), summary["tried"]), (_("现行"), summary["in_force"])):
        yield FIGURES % {"name": name, **figures}
    for each in heaviest_people(trial, most=WORST):
        yield _("  %(agency)s %(person)s：试行 %(tried)d 条（现行 %(in_force)d），一天最多 %(heaviest)d 条") % each
