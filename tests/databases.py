"""A database of its own for tests whose processes are killed: empty, and gone afterwards."""

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """Its address; of the kind that this run of the tests is about."""
    if settings.IS_SQLITE:
        yield f"sqlite:///{folder}/own.sqlite3"
        return
    name = f"gxftz_own_{uuid.uuid4().hex[:12]}"
    with closing(psycopg2.connect(settings.DATABASE_URL)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
            try:
                yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
            finally:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
