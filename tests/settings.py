"""The project's settings, with data of their own that vanish after the tests."""

import os
import tempfile

scratch = tempfile.TemporaryDirectory(prefix="gxftz-tests-")
os.environ["GXFTZ_DATA_DIR"] = scratch.name
for name in ("ALLOWED_HOSTS", "DEBUG", "EMAIL_URL", "HOST", "MAIL_FROM", "PORT", "SECRET_KEY", "SITE_URL"):
    os.environ[name] = ""

from gxftz.settings import *  # noqa: E402, F403  the environment had to be set first

# Two connections to one database in memory do not keep each other out as two connections to a file do.
if IS_SQLITE:  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"{scratch.name}/test.sqlite3"}  # noqa: F405
# No test pulls the plug, so nothing need wait for the disk; nor is a statement worth compiling that runs once.
if IS_SQLITE:  # noqa: F405
    DATABASE_OPTIONS["init_command"] += "; PRAGMA synchronous=OFF"  # noqa: F405
else:
    DATABASE_OPTIONS["options"] += " -c synchronous_commit=off -c jit=off"  # noqa: F405
# Without collectstatic there is no list of hashed names.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Slow on purpose in production; here every log-in would take a tenth of a second.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests ask faster than people do; those about limits set their own.
API_REQUESTS_PER_MINUTE = 1_000_000
