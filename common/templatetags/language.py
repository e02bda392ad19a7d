"""{{ report.progress|quoted }}: on a page in another language Chinese words say that they are Chinese."""

import re
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

CHINESE = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
FIRST_TO_LAST = re.compile(f"{CHINESE}.*{CHINESE}|{CHINESE}", re.DOTALL)


@register.filter
def quoted(words: Any) -> SafeString | str:
    """What people wrote or the plan says, from its first Chinese character to its last marked for screen readers."""
    text = str(words)
    found = FIRST_TO_LAST.search(text)
    if found is None or (get_language() or "").startswith("zh"):
        return conditional_escape(text)
    before, after = text[: found.start()], text[found.end() :]
    return format_html('{}<span lang="zh-CN">{}</span>{}', before, found[0], after)
