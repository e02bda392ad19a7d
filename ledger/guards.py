"""The triggers by which the database itself refuses to alter or remove an event, whoever asks.

A migration that makes SQLite rebuild the table loses them without a word, so whoever alters `Event` calls `install`
again; `are_standing` tells.
"""

from typing import Any

REFUSAL = "ledger events cannot be changed or removed"

POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION ledger_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    """CREATE OR REPLACE TRIGGER ledger_event_no_change BEFORE UPDATE OR DELETE ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION ledger_event_refuse()""",
    """CREATE OR REPLACE TRIGGER ledger_event_no_truncate BEFORE TRUNCATE ON ledger_event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_event_refuse()""",
)
_SQLITE_TRIGGER = """CREATE TRIGGER IF NOT EXISTS ledger_event_no_{name} BEFORE {when}
BEGIN SELECT RAISE(ABORT, '{why}'); END"""
SQLITE_EVENTS = {
    "update": "UPDATE ON ledger_event",
    "delete": "DELETE ON ledger_event",
    # REPLACE removes the old row without asking the trigger above.
    "replace": "INSERT ON ledger_event WHEN EXISTS (SELECT 1 FROM ledger_event WHERE sequence = NEW.sequence)",
}
SQLITE = [_SQLITE_TRIGGER.format(name=name, when=when, why=REFUSAL) for name, when in SQLITE_EVENTS.items()]
STANDING = {
    "postgresql": """SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ledger_event'::regclass AND NOT tgisinternal
    AND tgenabled <> 'D'""",
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_event'",
}


def install(connection: Any) -> None:
    """The triggers stand, also when they stood before."""
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """The triggers are gone; for a migration backwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS ledger_event_refuse() CASCADE")
        else:
            for name in SQLITE_EVENTS:
                cursor.execute(f"DROP TRIGGER IF EXISTS ledger_event_no_{name}")


def are_standing(connection: Any) -> bool:
    """Whether every trigger stands and is switched on."""
    expected = {"postgresql": 2, "sqlite": len(SQLITE)}
    with connection.cursor() as cursor:
        cursor.execute(STANDING[connection.vendor])
        return bool(cursor.fetchone()[0] == expected[connection.vendor])
