"""The database itself refuses to alter or remove an event, whoever asks."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION ledger_event_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger events cannot be changed or removed';
END $$;
CREATE TRIGGER ledger_event_no_change BEFORE UPDATE OR DELETE ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION ledger_event_refuse_change();
"""
POSTGRESQL_BACK = """
DROP TRIGGER ledger_event_no_change ON ledger_event;
DROP FUNCTION ledger_event_refuse_change();
"""
SQLITE = """
CREATE TRIGGER ledger_event_no_{verb} BEFORE {verb} ON ledger_event
BEGIN SELECT RAISE(ABORT, 'ledger events cannot be changed or removed'); END;
"""


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for verb in ("update", "delete"):
            schema_editor.execute(SQLITE.format(verb=verb))


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK)
    else:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER ledger_event_no_{verb}")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
