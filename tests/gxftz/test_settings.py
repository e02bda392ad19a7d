import os
import subprocess
import sys

import pytest
from django.conf import settings

SHOW = "from gxftz import settings; print({})"


def load(tmp_path, show="settings.DEBUG", **environment):
    """The project's settings in a process of their own."""
    given = {"PATH": os.environ["PATH"], "GXFTZ_DATA_DIR": str(tmp_path / "data"), **environment}
    return subprocess.run(
        [sys.executable, "-c", SHOW.format(show)],
        cwd=settings.BASE_DIR,
        env=given,
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "80a"),
        ("DEBUG", "maybe"),
        ("SITE_URL", "gxftz.example"),
        ("DATABASE_URL", "mysql://localhost/gxftz"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("EMAIL_URL", "mail.example:25"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_settings_stop_at_a_bad_value_and_name_it(tmp_path, name, value):
    done = load(tmp_path, **{name: value})
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"ValueError: {name}")
    assert "expected" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(("url", "expected"), [("", "False"), ("https://gxftz.example", "True")])
@pytest.mark.parametrize("name", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"])
def test_settings_secure_what_they_can_when_people_use_https(tmp_path, name, url, expected):
    assert load(tmp_path, f"settings.{name}", SITE_URL=url).stdout == f"{expected}\n"


def test_settings_hold_postgresql_to_its_time_limits(tmp_path):
    done = load(tmp_path, "settings.DATABASES['default']['OPTIONS']['options']", DATABASE_URL="postgres://host/gxftz")
    assert done.stdout.split() == [
        "-c", "statement_timeout=30000",
        "-c", "lock_timeout=10000",
        "-c", "idle_in_transaction_session_timeout=60000",
    ]  # fmt: skip


def test_settings_keep_jobs_shorter_than_redis_waits_for_them(tmp_path):
    show = "settings.CELERY_TASK_TIME_LIMIT < settings.CELERY_BROKER_TRANSPORT_OPTIONS['visibility_timeout']"
    assert load(tmp_path, show, REDIS_URL="redis://host/0").stdout == "True\n"
