from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_headers

from common import clock
from dashboard.context_processors import pages_for
from dashboard.readers.palette import palette_items, palette_version


def _tag(request: HttpRequest) -> str:
    return f'"{palette_version(request.user, on=clock.today())}"'


@require_safe
@vary_on_headers("Accept-Language", "Cookie")
@cache_control(private=True, no_cache=True)
@condition(etag_func=_tag)
def palette(request: HttpRequest) -> HttpResponse:
    """What Ctrl+K finds for this person; asked for when it is first opened, and kept until something changes."""
    user = request.user
    return JsonResponse(palette_items(user, pages=pages_for(user), on=clock.today()))
