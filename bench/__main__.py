"""`make bench`: every page of everyday work on the demonstration's data, and on thirty times as much past.

Needs a data folder of its own, which it makes and fills; nothing of an installation is touched.
"""

import os
import sys
import tempfile

TIMES, ROUNDS = 30, 40


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    with tempfile.TemporaryDirectory(prefix="gxftz-bench-") as folder:
        os.environ["GXFTZ_DATA_DIR"] = folder
        import django  # noqa: PLC0415  the settings need the folder

        django.setup()
        from bench.report import run  # noqa: PLC0415  the models need the settings

        run(times=TIMES, rounds=ROUNDS, write=sys.stdout.write)


main()
