"""Conditional requests: one rule for reading, one for changing.

Reading: the ETag is made of the data's version (the ledger's last number), the day (lights turn at midnight), what the
caller may see, the language and the whole address, before any data is read. The same again is answered with 304. One
object's ETag begins with its name and version, which are known once it has been read; they add nothing to the rest.

Changing what exists: `If-Match` must say which version the change was made from. Taken are the ETag that a GET or a
change of the object answered (`"r12-v3.5f0c…"`, of which only `r12-v3` is compared) and the bare `version` of its body
(`"3"`). Without one: 428. With an old one: 412, and the body says which version stands now. `*` names no version: 428.
"""

import re
from hashlib import sha256

from django.conf import settings
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.errors import NotModifiedError, PreconditionRequiredError
from common.clock import today

TAG = re.compile(r'(?:W/)?"(?P<tag>[^"]*)"')
VERSION = re.compile(r"(?:(?P<object>[a-z]+[0-9]+)-v)?(?P<version>[0-9]{1,9})(?:\.[0-9a-f]*)?", re.ASCII)
SAFE_METHODS = frozenset({"GET", "HEAD"})


def make_digest(request: Request, *, data: str, visibility: str) -> str:
    """What an answer to this request depends on, in one word."""
    release = settings.SPECTACULAR_SETTINGS["VERSION"]
    parts = (release, data, today().isoformat(), visibility, get_language(), request.get_full_path())
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:24]


def object_name(kind: str, key: int, version: int) -> str:
    """An object in one version, as ETags begin: r12-v3."""
    return f"{kind}{key}-v{version}"


def require_modified(request: Request, digest: str) -> None:
    """Raise NotModifiedError, with the ETag, if the client has exactly this answer."""
    given = request.headers.get("If-None-Match", "")
    for match in TAG.finditer(given):
        if match["tag"].rpartition(".")[2] == digest:
            raise NotModifiedError(f'"{match["tag"]}"')


def read_if_match(request: Request, *, kind: str, key: int) -> int:
    """The version that a change says it was made from; PreconditionRequiredError when it says none.

    A tag that names another object, or nothing we ever handed out, is version 0: stale.
    """
    given = request.headers.get("If-Match", "").strip()
    tag = TAG.fullmatch(given)
    if not tag:
        message = _('If-Match 应写成 "3" 这样的版本，或取数时收到的 ETag。') if given else None
        raise PreconditionRequiredError(message)
    version = VERSION.fullmatch(tag["tag"])
    if not version or version["object"] not in (None, f"{kind}{key}"):
        return 0
    return int(version["version"])


def mark_answer(response: Response, etag: str | None) -> None:
    """Caches may keep the answer for this caller alone and must ask each time."""
    if etag:
        response.headers["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ("Accept-Language", "Authorization", "Cookie"))
