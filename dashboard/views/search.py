from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import InvalidError
from dashboard.readers.search import MAX_HITS, NEWEST, TYPES, Group, search
from dashboard.readers.search_marks import MAX_LENGTH, words_of

PAGE_SIZE = 20
FIRST = 5  # of each kind, where all kinds are shown


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """搜索: everything in which all the words stand, kind by kind; one kind by itself in pages."""
    query, kind = request.GET.get("q", ""), request.GET.get("type", "")
    if kind and kind not in TYPES:
        raise InvalidError({"type": [_("没有这一类，只能搜任务、单位、进展报送、督办通知和通报。")]})
    words = words_of(query)
    found = search(request.user, words, on=clock.today())
    wanted = [group for group in found if kind in ("", group.code)]
    number = request.GET.get("page", "") if kind else "1"
    context = {
        "q": query[:MAX_LENGTH].strip(),
        "type": kind,
        "found": found,
        "shown": [_section(group, number, PAGE_SIZE if kind else FIRST) for group in wanted],
        "words": words,
        "limits": {"most": MAX_HITS, "newest": NEWEST, "longest": MAX_LENGTH},
    }
    return render(request, "dashboard/search.html", context)


def _section(group: Group, number: str, size: int) -> dict[str, Any]:
    """A kind with one page of what was found."""
    page = Paginator(group.rows, size).get_page(number)
    return {"group": group, "page": page, "hits": [group.make(row) for row in page.object_list]}
