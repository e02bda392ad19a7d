"""What the pages of one key show."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agencies.forms import RevokeTokenForm, RotateTokenForm, TokenLimitsForm
from agencies.models import ApiToken
from agencies.permissions import can_manage_people
from agencies.readers import token_rows
from agencies.roles import Scope
from common import clock

# Where a key of this scope is tried first.
FIRST_CALLS = {
    Scope.READ: ("api:tasks", ""),
    Scope.WRITE: ("api:tasks", ""),
    Scope.CHANGES: ("api:changes", "?after=0"),
}


def token_page(request: HttpRequest, found: ApiToken, *, status: int = 200, **forms: Any) -> HttpResponse:
    """A key's page, with the forms that were entered if there were any."""
    (row,) = token_rows([found], at=clock.now())
    context = {
        "row": row,
        "form": TokenLimitsForm(initial=TokenLimitsForm.entered(found)),
        "rotate_form": RotateTokenForm(),
        "revoke_form": RevokeTokenForm(),
        "can_manage": can_manage_people(request.user),
        **forms,
    }
    return render(request, "agencies/token.html", context, status=status)


def key_page(request: HttpRequest, made: ApiToken, text: str, *, old: ApiToken | None = None) -> HttpResponse:
    """The new key, this once, with what to do with it."""
    if old is not None:
        old.refresh_from_db(fields=["expiry"])
    is_calendar = made.scopes == [Scope.CALENDAR]
    context = {
        "token": made,
        "text": f"{request.build_absolute_uri(reverse('api:calendar'))}?token={text}" if is_calendar else text,
        "is_calendar": is_calendar,
        "call": "" if is_calendar else _first_call(request, made, text),
        "old": old,
    }
    return render(request, "agencies/token_key.html", context)


def _first_call(request: HttpRequest, made: ApiToken, text: str) -> str:
    """A line for the terminal that shows whether the key works."""
    name, query = next((FIRST_CALLS[each] for each in made.scopes if each in FIRST_CALLS), ("api:schema", ""))
    where = request.build_absolute_uri(reverse(name)) + query
    return f"curl -H 'Authorization: Bearer {text}' '{where}'"
