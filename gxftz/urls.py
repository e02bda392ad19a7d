"""Every address of the site. Each room brings its own pages and its part of the API; the list below is all there is."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from gxftz.health import healthz, readyz

api = [
    path("", include("tasks.api_urls")),
    path("", include("progress.api_urls")),
    path("", include("supervision.api_urls")),
    path("", include("ledger.api_urls")),
    path("", include("dashboard.api_urls")),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.account.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("api/v1/", include((api, "api"))),
    path("", include("dashboard.urls")),
    path("", include("supervision.urls")),
    path("", include("progress.urls")),
    path("", include("tasks.urls")),
    path("", include("agencies.urls")),
    path("", include("ledger.urls")),
]
