"""Background jobs. The database is the truth about what must be done; a message here is a wake-up that may be lost."""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gxftz.settings")

# In a container root is nobody special, and messages are JSON: without this the worker would warn at every start.
warnings.simplefilter("ignore", SecurityWarning)

app = Celery("gxftz")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@setup_logging.connect
def keep_our_logging(**kwargs: object) -> None:
    """That somebody listens keeps Celery from setting up logging itself; LOGGING in the settings holds for it too."""
