from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_username(self, username: str, shallow: bool = False) -> Any:
        return super().clean_username(username.strip(), shallow=shallow)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Whoever chose a language finds it on every device: the browser is told on logging in, no page asks again."""
        return remember_language(super().post_login(request, user, **kwargs), user.language)


def remember_language(response: Any, language: str | None) -> Any:
    """The browser keeps the language that was chosen; without a choice it keeps what it has."""
    if language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY, samesite="Lax",
        )  # fmt: skip
    return response
