"""The entry for a web server."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gxftz.settings")

LONGEST_LENGTH = 18  # digits: far beyond what is taken, and still a number of 64 bits

site = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site, told of nothing over which Django falls before anything of ours is asked: names of charsets such as hex
    (all text is UTF-8, whatever its sender calls it), and lengths that no machine counts to.
    """
    media_type, *parameters = environ.get("CONTENT_TYPE", "").split(";")
    kept = [each for each in parameters if "charset" not in each.lower()]
    length = environ.get("CONTENT_LENGTH", "")[:LONGEST_LENGTH]
    return site({**environ, "CONTENT_TYPE": ";".join([media_type, *kept]), "CONTENT_LENGTH": length}, start_response)
