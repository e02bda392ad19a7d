"""偏好 of the person who looks: colours, distances, language."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as django_set_language

from agencies.actions import Preferences, save_preferences
from agencies.adapters import remember_language
from agencies.forms import PreferencesForm
from common.requests import next_page

SCRIPT = "XMLHttpRequest"  # what our scripts say they are; htmx has its own header


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """The choices on one page; the switches on other pages send one of them here."""
    if request.method != "POST":
        return _page(request, PreferencesForm(initial=_standing(request)))
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    choices = form.choices()
    save_preferences(user=request.user, choices=choices, by=request.user)
    if request.htmx or request.headers.get("X-Requested-With") == SCRIPT:
        return remember_language(HttpResponse(status=204), choices.language)
    with translation.override(choices.language or translation.get_language()):
        messages.success(request, _("已保存。"))
    return remember_language(redirect(next_page(request, reverse("agencies:preferences"))), choices.language)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The header's switch: for this browser, and for whoever is logged in on every other too."""
    response: HttpResponse = django_set_language(request)
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        save_preferences(user=request.user, choices=Preferences(language=language), by=request.user)
    return response


def _standing(request: HttpRequest) -> dict[str, str]:
    user = request.user
    return {
        "theme": user.theme,
        "density": user.density,
        "language": user.language or translation.get_language() or settings.LANGUAGE_CODE,
    }


def _page(request: HttpRequest, form: PreferencesForm, *, status: int = 200) -> HttpResponse:
    return render(request, "agencies/preferences.html", {"form": form}, status=status)
