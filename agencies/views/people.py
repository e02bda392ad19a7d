from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agencies.actions import create_user, make_initial_password, update_user
from agencies.forms import NewPersonForm, PeopleFilterForm, PersonForm
from agencies.models import User
from agencies.permissions import can_manage_people, can_see_people
from agencies.readers import find_people, people_list
from agencies.views.page import person_page
from common import clock
from common.errors import DomainError, StaleVersionError, require
from common.form_errors import show_error

PEOPLE_ON_A_PAGE = 50


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """人员: whom this person may see, with a filter in the address."""
    require(can_see_people(request.user))
    form = PeopleFilterForm(request.GET, by=request.user)
    seen = User.objects.visible_to(request.user)
    found = find_people(seen, **form.cleaned_data) if form.is_valid() else seen.none()
    page = Paginator(people_list(found), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "can_manage": can_manage_people(request.user)}
    return render(request, "agencies/people.html", context, status=200 if form.is_valid() else 400)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """A new account; its first password is shown once, on the answer itself."""
    require(can_manage_people(request.user))
    form = NewPersonForm(request.POST or None, initial={"agency": request.GET.get("agency")}, by=request.user)
    if not form.is_valid():
        return render(request, "agencies/person_new.html", {"form": form}, status=400 if form.is_bound else 200)
    password = make_initial_password()
    try:
        user = create_user(**form.particulars(), password=password, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return render(request, "agencies/person_new.html", {"form": form}, status=error.status)
    return render(request, "agencies/password.html", {"person": user, "password": password, "is_new": True})


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's particulars, to read, or for the administrator to change."""
    subject = get_object_or_404(User.objects.visible_to(request.user).select_related("agency"), pk=pk)
    if request.method != "POST":
        return person_page(request, subject)
    require(can_manage_people(request.user))
    form = PersonForm(request.POST, by=request.user)
    if not form.is_valid():
        return person_page(request, subject, form=form, status=400)
    try:
        version = form.cleaned_data["version"]
        update_user(user=subject, **form.particulars(), version=version, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        if isinstance(error, StaleVersionError):
            form.compare_with(subject)
        return person_page(request, subject, form=form, status=error.status)
    messages.success(request, _("已保存。"))
    return redirect("agencies:person", pk=pk)
