"""Several people at the same moment, on real connections."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from django.db import connections

from common.errors import DomainError


def at_once(*calls):
    """Run the calls on connections of their own, all let go at the same moment; what each returned or refused."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        with closing(connections["default"]):
            barrier.wait()
            try:
                return call()
            except DomainError as refusal:
                return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def codes(outcomes):
    """What each did, in words that can be compared: done, or the code of its refusal."""
    return sorted(each.code if isinstance(each, DomainError) else "done" for each in outcomes)
