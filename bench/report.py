"""The two measurements side by side."""

from collections.abc import Callable
from typing import Any

from django.core.management import call_command

from bench.enlarge import enlarge
from bench.pages import Cost, measure_all
from common.clock import now
from dashboard.demo import load_demo
from ledger.models import Event


def run(*, times: int, rounds: int, write: Callable[[str], Any]) -> None:
    call_command("migrate", verbosity=0)
    load_demo(now=now())
    small, few = measure_all(rounds=rounds), Event.objects.count()
    enlarge(times)
    large, many = measure_all(rounds=rounds), Event.objects.count()
    write(f"milliseconds of the processor; {few:,} events, then {many:,}\n\n")
    write(f"{'page':<42}{'queries':>8}{'median':>8}{'p95':>8}{'p95 ×' + str(times):>10}{'growth':>8}{'kB':>7}\n")
    for before, after in zip(small, large, strict=True):
        write(line(before, after))


def line(before: Cost, after: Cost) -> str:
    name, growth = f"{before.path} ({before.who})", after.middle / before.middle
    figures = f"{before.queries:>8}{before.middle:>8.1f}{before.p95:>8.1f}{after.p95:>10.1f}{growth:>8.2f}"
    return f"{name:<42}{figures}{after.size / 1000:>7.0f}\n"
