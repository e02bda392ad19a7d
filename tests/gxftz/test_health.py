import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from gxftz import health


def test_healthz_answers_without_a_log_in_and_without_the_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_ready(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "disk": "ok"}}


@pytest.mark.django_db
def test_readyz_fails_with_a_migration_that_was_not_applied(client):
    MigrationRecorder.Migration.objects.filter(app="ledger").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, "failed")


@pytest.mark.django_db
def test_readyz_fails_without_the_database(client):
    def refuse(execute, sql, params, many, context):
        raise DatabaseError("gone")

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "failed", "migrations": "failed", "disk": "ok"}


@pytest.mark.django_db
def test_readyz_fails_with_a_full_disk(client, monkeypatch):
    free = health.shutil.disk_usage(settings.DATA_DIR).free
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", free * 2)
    assert client.get("/readyz").json()["checks"]["disk"] == "failed"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(client, path):
    assert client.post(path).status_code == 405
