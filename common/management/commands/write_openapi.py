from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand

from common.api.schema import make_schema

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "openapi.json"


def dump_schema() -> bytes:
    """The document as it stands in the repository."""
    return orjson.dumps(make_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


class Command(BaseCommand):
    help = "Writes docs/openapi.json from the code; a test compares the two."

    def handle(self, *args: Any, **options: Any) -> None:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_bytes(dump_schema())
        self.stdout.write(str(DOCUMENT.relative_to(settings.BASE_DIR)))
