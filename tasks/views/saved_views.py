"""视图: the lists that everybody has, and those that people keep under a name."""

from calendar import monthrange
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from agencies.actions import save_columns
from agencies.models import User
from common import clock
from common.errors import DomainError, InvalidError, require
from common.form_errors import show_error
from common.undoing import offer_undo
from tasks.actions import change_view, delete_view, save_view
from tasks.actions.saved_views import ViewGoneError
from tasks.forms.addresses import ListAddress
from tasks.forms.columns import STANDARD, read_columns
from tasks.forms.listing import tell_query
from tasks.forms.saved_views import ViewForm
from tasks.models import SavedView
from tasks.permissions import can_change_view, can_keep_views, can_share_views
from tasks.readers import part_names, saved_view_rows
from tasks.views.layouts import LAYOUTS

SALT = "tasks.saved_views"
UNDO_FOR = 24 * 60 * 60  # seconds


def built_in_views(user: User, address: ListAddress) -> Iterator[dict[str, Any]]:
    """The lists that everybody wants, each with its address in the present manner."""
    for name, conditions in _built_in(user, address):
        yield {"name": name, "query": address.only(conditions), "is_active": address.conditions == conditions}


def _built_in(user: User, address: ListAddress) -> Iterator[tuple[str, dict[str, str]]]:
    on = address.filter.on
    last = on.replace(day=monthrange(on.year, on.month)[1])
    yield _("全部"), {}
    if user.drafts_for_agency and user.agency_id:
        yield _("我牵头的"), {"lead": user.agency_id}
        yield _("我配合的"), {"supporting": user.agency_id}
    yield _("超期"), {"overdue": "true"}
    yield pgettext("a list of tasks", "红灯"), {"light": "red"}
    yield pgettext("a list of tasks", "黄灯"), {"light": "yellow"}
    yield _("本月到期"), {"due_before": last.isoformat(), "due_after": on.replace(day=1).isoformat()}


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """One's own views: a new one for the list one comes from, and what becomes of the others."""
    require(can_keep_views(request.user))
    query = _clean((request.POST or request.GET).get("query", ""))
    if request.method != "POST":
        return _page(request, query, ViewForm())
    form = ViewForm(request.POST)
    try:
        if form.is_valid():
            view = save_view(query=query, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("已保存视图“%(name)s”。") % {"name": view.name})
            return redirect(f"{reverse('tasks:list')}?{view.query}")
    except DomainError as error:
        show_error(form, error)
        return _page(request, query, form, status=error.status)
    return _page(request, query, form, status=InvalidError.status)


@require_POST
def view_change(request: HttpRequest, pk: int) -> HttpResponse:
    """A view renamed, shared or not, and with `replace` showing the list one comes from."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    require(can_change_view(request.user, view))
    query, form = _clean(request.POST.get("query", "")), ViewForm(request.POST)
    new_query = query if "replace" in request.POST else None
    try:
        if form.is_valid():
            change_view(view=view, query=new_query, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("视图“%(name)s”已保存。") % {"name": form.cleaned_data["name"]})
            return redirect(f"{reverse('tasks:views')}?{_carry(query)}")
    except ViewGoneError as error:
        messages.warning(request, str(error))
        return redirect(f"{reverse('tasks:views')}?{_carry(query)}")
    except DomainError as error:
        show_error(form, error)
    return _page(request, query, ViewForm(), status=InvalidError.status, wrong={pk: form})


@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """A view deleted, with the way back."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    kept = delete_view(view=view, by=request.user, now=clock.now())
    token = signing.dumps({**kept, "owner": request.user.pk}, salt=SALT, compress=True)
    text = _("已删除视图“%(name)s”。") % {"name": kept["name"]}
    offer_undo(request, text, reverse("tasks:view_restore"), {"kept": token})
    return redirect("tasks:list")


@require_POST
def view_restore(request: HttpRequest) -> HttpResponse:
    """A deleted view as it was."""
    require(can_keep_views(request.user))
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=UNDO_FOR)
        require(kept.pop("owner") == request.user.pk)
        view = save_view(by=request.user, now=clock.now(), **kept)
    except signing.BadSignature:
        messages.warning(request, _("撤销的时间已过，请重新保存视图。"))
        return redirect("tasks:list")
    except InvalidError as error:
        messages.warning(request, "".join(str(each) for lines in error.errors.values() for each in lines))
        return redirect("tasks:list")
    messages.success(request, _("已恢复视图“%(name)s”。") % {"name": view.name})
    return redirect(f"{reverse('tasks:list')}?{view.query}")


@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """The columns chosen: for this list alone, or kept as the person's own; with `usual` the standard ones again."""
    require(request.user.reads_tasks)
    address = _address(request.POST.get("query", ""))
    try:
        chosen = read_columns([] if "usual" in request.POST else request.POST.getlist("columns"))
    except InvalidError as error:
        messages.warning(request, str(error.errors["columns"][0]))
        chosen = address.columns
    asked = ",".join(chosen)
    if "keep" in request.POST or "usual" in request.POST:
        kept = "" if chosen in ((), STANDARD) else asked
        save_columns(user=request.user, columns=kept, by=request.user, now=clock.now())
        messages.success(request, _("已设为您的默认列。") if kept else _("已恢复标准列。"))
        asked = ""
    return redirect(f"{reverse('tasks:list')}?{address.with_(columns=asked)}")


def _address(query: str) -> ListAddress:
    return ListAddress(QueryDict(query), on=clock.today(), layouts=LAYOUTS)


def _clean(query: str) -> str:
    """The query with what is known alone, in one order."""
    return _address(query).query


def _carry(query: str) -> str:
    carried = QueryDict(mutable=True)
    carried["query"] = query
    return carried.urlencode()


def _page(
    request: HttpRequest, query: str, form: ViewForm, *, status: int = 200, wrong: dict[int, ViewForm] | None = None
) -> HttpResponse:
    names = part_names()
    rows = saved_view_rows(SavedView.objects.visible_to(request.user), user=request.user)
    own = [{**row, "form": (wrong or {}).get(row["id"]) or ViewForm(initial=row)} for row in rows if row["is_own"]]
    context = {
        "form": form,
        "query": query,
        "conditions": tell_query(query, names),
        "views": [{**row, "conditions": tell_query(row["query"], names)} for row in own],
        "shared": [row for row in rows if not row["is_own"]],
        "can_share": can_share_views(request.user),
    }
    return render(request, "tasks/views.html", context, status=status)
