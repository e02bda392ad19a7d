"""The database itself refuses to alter or remove an event, whoever asks."""

from django.db import migrations

from ledger import guards


def refuse(apps, schema_editor):
    guards.install(schema_editor.connection)


def allow(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
