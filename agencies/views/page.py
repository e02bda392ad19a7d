from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.forms import PersonForm, ReasonForm
from agencies.models import User
from agencies.permissions import can_manage_people


def person_page(
    request: HttpRequest,
    subject: User,
    *,
    form: PersonForm | None = None,
    reason_form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """A person's page, with the form that was entered if there was one."""
    context = {
        "person": subject,
        "form": form or PersonForm(initial=_initial(subject), by=request.user),
        "reason_form": reason_form or ReasonForm(initial={"version": subject.version}),
        "can_manage": can_manage_people(request.user),
        "is_self": subject.pk == request.user.pk,
    }
    return render(request, "agencies/person.html", context, status=status)


def _initial(subject: User) -> dict[str, Any]:
    names = ("name", "role", "agency", "phone", "email", "is_head", "version")
    return {name: getattr(subject, name) for name in names}
