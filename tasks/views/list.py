"""台账: the tasks that an address asks for, in one of the layouts."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from common import clock
from common.errors import require
from tasks.forms.addresses import TABLE, ListAddress
from tasks.forms.columns import COLUMNS, are_wide, offered_columns
from tasks.forms.listing import ListForm, chips, explain_errors, folded_count, light_options
from tasks.models import BulkChange, SavedView, Task
from tasks.permissions import can_change_many, can_share_views
from tasks.readers import list_rows, part_names, saved_view_rows
from tasks.readers.listing import PAGE_LENGTH, Listed, Names
from tasks.views.layouts import LAYOUTS
from tasks.views.saved_views import built_in_views

WHOLE = 2000  # rows that a layout without pages takes


@require_safe
@vary_on_headers("HX-Request")
def task_list(request: HttpRequest) -> HttpResponse:
    """台账: the tasks that the address asks for; with something in it that is not understood, why, and no rows."""
    require(request.user.reads_tasks)
    address, names = read_address(request), part_names()
    errors = explain_errors(address)
    tasks = Task.objects.visible_to(request.user).current()
    listed = _listed(tasks.none() if errors else tasks, address, names)
    context = {
        **LAYOUTS[address.layout].context(request, listed.rows, address.filter.on),
        **_bar(request, address, names, listed),
        **_tools(request, address),
        **_shown(address, listed),
        "errors": errors,
        "names": names,
    }
    template = "tasks/_list.html" if request.htmx else "tasks/list.html"
    return render(request, template, context, status=400 if errors else 200)


def read_address(request: HttpRequest) -> ListAddress:
    """What this request's address asks for, with the person's own columns where it names none."""
    return ListAddress(request.GET, on=clock.today(), layouts=LAYOUTS, standing=request.user.columns)


def _listed(tasks: Any, address: ListAddress, names: Names) -> Listed:
    chosen, is_table = address.filter, address.layout == TABLE
    return list_rows(
        chosen.sort(chosen.narrow(tasks, but=["light"])),
        on=chosen.on,
        colours=chosen.active.get("light", []),
        names=names,
        page=address.page,
        length=PAGE_LENGTH if is_table else WHOLE,
    )


def _shown(address: ListAddress, listed: Listed) -> dict[str, Any]:
    """The rows, in which layout, and how many of them are there to demonstrate."""
    demo = sum(1 for row in listed.rows if row["is_demo"])
    return {
        "layout": LAYOUTS[address.layout],
        "layout_code": address.layout,
        "listed": listed,
        "rows": listed.rows,
        "demo_count": demo,
        "all_demo": 0 < demo == len(listed.rows),
    }


def _bar(request: HttpRequest, address: ListAddress, names: Names, listed: Listed) -> dict[str, Any]:
    """What narrows the list: the form, the lights with their counts, and the chips."""
    return {
        "form": ListForm(address, names, request.GET),
        "lights": light_options(address, listed.colours),
        "folded_count": folded_count(address),
        "chips": list(chips(address, names)),
        "manner": address.manner,
    }


def _tools(request: HttpRequest, address: ListAddress) -> dict[str, Any]:
    """What changes how the list is shown, and what is done with it."""
    views = saved_view_rows(SavedView.objects.visible_to(request.user), user=request.user)
    return {
        "layouts": [
            {"code": code, "label": each.label, "icon": each.icon, "query": address.with_(layout=code)}
            for code, each in LAYOUTS.items()
        ],
        "views": _views(built_in_views(request.user, address), views, address),
        "can_share": can_share_views(request.user),
        "query": address.query,
        "conditions": address.only({}),
        "columns": heads(address),
        "is_wide": are_wide(address.columns),
        "offered": offered_columns(address.columns),
        "can_change": can_change_many(request.user),
        "kinds": BulkChange.Kind.choices,
        "words": cell_words(),
    }


def cell_words() -> dict[str, str]:
    """What every row says the same, said once; also where tasks are, since an address made for each row takes long."""
    return {
        "at": reverse("dashboard:task", args=[0]).removesuffix("0/"),
        "edit": _("修改时限：任务"),
        "edit_current": _("修改当前行的时限"),
        "pick": _("选中任务"),
        "pick_current": _("选中当前行"),
    }


def _views(
    built_in: Iterable[dict[str, Any]], saved: Iterable[dict[str, Any]], address: ListAddress
) -> list[dict[str, Any]]:
    """Those of the system, then the saved ones; of several that are the same the list stands in the first alone."""
    views = [*built_in, *({**each, "is_active": each["query"] == address.query} for each in saved)]
    first = next((view for view in views if view["is_active"]), None)
    return [{**view, "is_active": view is first} for view in views]


def heads(address: ListAddress) -> list[dict[str, Any]]:
    """The columns in their order: for each that sorts how it is sorted now, and the address that turns it round."""
    return [_head(address, code) for code in address.columns]


def _head(address: ListAddress, code: str) -> dict[str, Any]:
    column, now = COLUMNS[code], address.filter.ordering
    turned = f"-{column.ordering}" if now == column.ordering else column.ordering
    direction = {column.ordering: "ascending", f"-{column.ordering}": "descending"}.get(now, "")
    return {
        "code": code,
        "label": str(column.label),
        "template": column.template,
        "direction": direction if column.ordering else "",
        "query": address.with_(ordering="" if turned == "number" else turned) if column.ordering else "",
    }
