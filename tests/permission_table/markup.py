"""What every answer must be, whatever it answers: its headers, and a page's markup."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.http import HttpResponse

from tests.gxftz.test_headers import POLICY

LANGUAGES = {"zh-hans": "zh-CN", "en": "en"}
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
ASSETS = {"src", "srcset", "action", "formaction", "data", "poster", "xlink:href"}
ELSEWHERE = re.compile(r"(?i)\s*([a-z][a-z0-9+.-]*:|//)")
SANDBOX = {"sandbox"}  # evidence: a file is never a page of this site


class Page(HTMLParser):
    """What of a page's markup the rules speak of."""

    def __init__(self, text: str):
        super().__init__()
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.forms: list[dict[str, bool]] = []
        self.language: str | None = None
        self.titles = self.headings = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.ids += [given["id"]] if "id" in given else []
        self.titles += tag == "title" and not self.headings  # a drawing may have one of its own
        self.headings += tag == "h1"
        self.language = given.get("lang") if tag == "html" else self.language
        self._look_at_forms(tag, given)
        self._look_at_assets(tag, given)
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline style or script: {self.get_starttag_text()[:90]}")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.faults.append("inline script")

    def _look_at_forms(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append({"changes": given.get("method", "").lower() == "post", "has_token": False})
        elif tag == "input" and given.get("name") == "csrfmiddlewaretoken":
            self.forms[-1]["has_token"] = True

    def _look_at_assets(self, tag: str, given: dict[str, str]) -> None:
        for name in ASSETS & given.keys():
            self._must_be_ours(given[name])
        if tag in {"link", "use", "image", "base"} or given.get("href", "").strip().lower().startswith("javascript:"):
            self._must_be_ours(given.get("href", ""))

    def _must_be_ours(self, where: str) -> None:
        if ELSEWHERE.match(where) and not where.startswith("data:image/"):
            self.faults.append(f"something from elsewhere: {where[:90]}")

    def all_faults(self, language: str) -> Iterator[str]:
        """Every fault of the page as it stands in this language."""
        yield from self.faults
        if self.language != language:
            yield f"lang={self.language!r}"
        if (self.titles, self.headings) != (1, 1):
            yield f"{self.titles} <title>, {self.headings} <h1>"
        yield from (f"id {each!r} twice" for each in {each for each in self.ids if self.ids.count(each) > 1})
        if any(form["changes"] and not form["has_token"] for form in self.forms):
            yield "a form without its token"


def faults_of(response: HttpResponse, language: str) -> Iterator[str]:
    """What is wrong with an answer, whatever it answers."""
    headers = response.headers
    policy = set(headers.get("Content-Security-Policy", "").split("; "))
    if policy not in (POLICY, SANDBOX):
        yield "the content security policy"
    yield from (f"{name}: {headers.get(name)}" for name, value in HEADERS.items() if headers.get(name) != value)
    if is_page(response):
        yield from Page(response.content.decode()).all_faults(language)


def is_page(response: HttpResponse) -> bool:
    """Whether there is anything for a browser to draw."""
    return not response.streaming and bool(response.content) and "html" in response.headers.get("Content-Type", "")
