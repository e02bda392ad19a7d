"""What every answer must be, whatever it answers: its headers, and a page's markup."""

import re
from html.parser import HTMLParser

from tests.gxftz.test_headers import POLICY

LANGUAGES = {"zh-hans": "zh-CN", "en": "en"}
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
SANDBOX = {"sandbox"}  # evidence: a file is never a page of this site


class Page(HTMLParser):
    """What of a page's markup the rules speak of."""

    def __init__(self, text):
        super().__init__()
        self.faults, self.forms, self.ids, self.language, self.titles, self.headings = [], [], [], None, 0, 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
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

    def _look_at_forms(self, tag, given):
        if tag == "form":
            self.forms.append({"method": given.get("method", "get").lower(), "has_token": False})
        elif tag == "input" and given.get("name") == "csrfmiddlewaretoken":
            self.forms[-1]["has_token"] = True

    def _look_at_assets(self, tag, given):
        for name in ("src", "srcset", "action", "formaction", "data", "poster", "xlink:href"):
            self._must_be_ours(given.get(name) or "")
        if tag in {"link", "use", "image", "base"}:
            self._must_be_ours(given.get("href") or "")

    def _must_be_ours(self, where):
        if re.match(r"(?i)\s*([a-z][a-z0-9+.-]*:|//)", where) and not where.startswith("data:image/"):
            self.faults.append(f"something from elsewhere: {where[:90]}")

    def all_faults(self, language):
        yield from self.faults
        if self.language != language:
            yield f"lang={self.language!r}"
        if (self.titles, self.headings) != (1, 1):
            yield f"{self.titles} <title>, {self.headings} <h1>"
        yield from (f"id {each!r} twice" for each in {each for each in self.ids if self.ids.count(each) > 1})
        if any(form["method"] == "post" and not form["has_token"] for form in self.forms):
            yield "a form without its token"


def faults_of(response, language):
    """What is wrong with an answer, whatever it answers."""
    headers = response.headers
    policy = set(headers.get("Content-Security-Policy", "").split("; "))
    if policy not in ({*POLICY}, SANDBOX):
        yield "the content security policy"
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    yield from (f"{name}: {headers.get(name)}" for name, value in wanted.items() if headers.get(name) != value)
    if headers.get("Content-Type", "").startswith("text/html") and response.content:
        yield from Page(response.content.decode()).all_faults(language)
