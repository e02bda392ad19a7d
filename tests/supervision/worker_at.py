"""A Celery worker for which it is another moment, so that the test can run at night.

`python -m tests.supervision.worker_at 2026-11-18T10:00:00+08:00`
"""

import os
import sys
from datetime import datetime

import time_machine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gxftz.settings")

from gxftz.celery import app

OPTIONS = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING")

if __name__ == "__main__":
    with time_machine.travel(datetime.fromisoformat(sys.argv[1]), tick=True):
        app.worker_main(["worker", *OPTIONS])
