"""A control: the example with one mistake. It notes how far it has come before it stores the page.

Run as the example is, with `examples` beside it.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))

import mirror


def apply_page(db, place, page, etag):
    db.execute("UPDATE sync SET last = ?, mark = ?", (page["last"], page["mark"]))
    db.execute("BEGIN IMMEDIATE")
    for event in page["events"]:
        mirror.store(db, event)
    db.execute("COMMIT")
    return True


mirror.apply_page = apply_page
sys.exit(mirror.run(mirror.read_options()))
