from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def api_docs(request: HttpRequest) -> HttpResponse:
    """开放接口: the API's documentation, drawn in the browser from openapi.json; nothing comes from outside."""
    return render(request, "common/api_docs.html")
