"""Every address of the site. Each room brings its own pages and its part of the API; the list below is all there is."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView

from agencies import urls as agencies
from agencies.views import set_language
from common.api.schema import SchemaView
from dashboard.urls import agency_patterns
from gxftz.health import healthz, readyz
from gxftz.metrics import metrics
from gxftz.openapi import api_docs

handler400 = "gxftz.errors.bad_request"
handler403 = "gxftz.errors.forbidden"
handler404 = "gxftz.errors.not_found"
handler500 = "gxftz.errors.server_error"

api: list[URLPattern | URLResolver] = [
    path("", include("tasks.api_urls")),
    path("", include("progress.api_urls")),
    path("", include("supervision.api_urls")),
    path("", include("ledger.api_urls")),
    path("", include("dashboard.api_urls")),
    path("openapi.json", SchemaView.as_view(), name="schema"),
]

# The administrator enters addresses. The library's own page would take any, past our actions and the ledger.
email = TemplateView.as_view(template_name="account/email.html", http_method_names=("get", "head"))

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("accounts/email/", email, name="account_email"),
    path("accounts/", include("allauth.account.urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", include((api, "api"))),
    path("api/docs/", api_docs, name="api_docs"),
    path("", include("dashboard.urls")),
    path("", include("supervision.urls")),
    path("", include("progress.urls")),
    path("", include("tasks.urls")),
    path("", include(([*agencies.urlpatterns, *agency_patterns], agencies.app_name))),
    path("", include("ledger.urls")),
]
