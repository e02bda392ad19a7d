from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.api.codes import MEANINGS

EXAMPLES = ("mirror.py", "mirror.sh", "push_report.py", "receive_webhook.py")


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """开放接口: how to begin, and the API's documentation, drawn in the browser; nothing comes from outside."""
    context = {"site": settings.SITE_URL, "codes": MEANINGS.items(), "examples": EXAMPLES}
    return render(request, "common/api_docs.html", context)
