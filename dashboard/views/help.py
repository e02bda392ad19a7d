"""帮助: a topic as a page of its own, or as a part beside the page that it is about."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from dashboard.readers.help import TOPICS, help_index, help_page


@require_safe
def help_topics(request: HttpRequest) -> HttpResponse:
    """What each role does first, and every topic."""
    return render(request, "dashboard/help.html", help_index(request.user))


@require_safe
@vary_on_headers("HX-Request")
def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """One topic; a script asks for its words alone."""
    if topic not in TOPICS:
        raise Http404
    template = "dashboard/_help_text.html" if request.htmx else "dashboard/help_topic.html"
    return render(request, template, help_page(TOPICS[topic]))
