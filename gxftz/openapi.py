from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """开放接口: the API's documentation, drawn in the browser from openapi.json; nothing comes from outside."""
    return render(request, "common/api_docs.html")
