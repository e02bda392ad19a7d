"""从 Excel 粘贴: look at every row that would change, then do all of them or none."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import DomainError, InvalidError, require
from common.form_errors import show_error
from tasks.actions import paste_many, preview_paste
from tasks.forms.paste import LABELS, PasteForm, Sheet, read_sheet
from tasks.forms.pasted import SILENT, Bound, bind_rows, entries_of, tell_rows
from tasks.models import Task
from tasks.permissions import can_change_many
from tasks.readers.pasted import tasks_to_paste


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """The text that was pasted, its preview, and the change itself."""
    require(can_change_many(request.user))
    if request.method != "POST":
        return _page(request, PasteForm())
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=InvalidError.status)
    try:
        sheet = read_sheet(form.cleaned_data["text"], today=clock.today())
        return _enter(request, form, sheet)
    except DomainError as error:
        show_error(form, error)
        return _page(request, form, status=error.status)


def _enter(request: HttpRequest, form: PasteForm, sheet: Sheet) -> HttpResponse:
    """The first time what was pasted is only previewed; done is exactly what was."""
    tasks = Task.objects.visible_to(request.user).current()
    found = tasks_to_paste(tasks, {row.number for row in sheet.rows})
    bound = bind_rows(sheet, found, basis=form.cleaned_data["basis"])
    is_previewed = request.POST.get("previewed") == _fingerprint(form)
    if "confirm" not in request.POST or not is_previewed or any(each.is_wrong for each in bound):
        return _preview(request, form, sheet, bound)
    versions = _versions(request.POST.get("versions", ""))
    try:
        done = paste_many(entries=entries_of(bound, versions), **_how(request, form, sheet))
    except DomainError as error:
        show_error(form, error)
        return _preview(request, form, sheet, bound, moved=versions, status=error.status)
    messages.success(request, _("已按粘贴的内容办理，逐项结果如下。"))
    return redirect("tasks:bulk_result", done.pk)


def _preview(
    request: HttpRequest,
    form: PasteForm,
    sheet: Sheet,
    bound: list[Bound],
    *,
    moved: dict[int, int] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Each row as it would be; `moved` are the versions of an earlier preview, to say which tasks moved on since."""
    results = preview_paste(entries=entries_of(bound), **_how(request, form, sheet))
    rows = tell_rows(sheet, bound, results, moved or {})
    wrong, changed = sum(row["is_wrong"] for row in rows), sum(row["is_changed"] for row in rows)
    context = {
        "rows": rows,
        "labels": [LABELS[each] for each in sheet.columns if each not in SILENT],
        "ignored": sheet.ignored,
        "counts": {"wrong": wrong, "changed": changed, "same": len(rows) - wrong - changed},
        "can_confirm": bool(changed) and not wrong,
        "previewed": _fingerprint(form),
        "versions": ",".join(f"{each.row.number}:{each.task['version']}" for each in bound if each.task),
    }
    return _page(request, form, status=status, **context)


def _how(request: HttpRequest, form: PasteForm, sheet: Sheet) -> dict[str, Any]:
    """What both the preview and the change are told."""
    return {"kind": sheet.kind, "reason": form.cleaned_data["reason"], "by": request.user, "now": clock.now()}


def _page(request: HttpRequest, form: PasteForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(
        request, "tasks/paste.html", {"form": form, "rows": None, "can_confirm": False, **more}, status=status
    )


def _fingerprint(form: PasteForm) -> str:
    """What was entered in one word, so that nothing else is done than what was previewed."""
    entered = [form.cleaned_data[name].replace("\r\n", "\n") for name in ("text", "basis", "reason")]
    return hashlib.sha256(repr(entered).encode()).hexdigest()


def _versions(text: str) -> dict[int, int]:
    """12:3,13:5 → the version of each task at its preview; anything else is overlooked."""
    pairs = (part.partition(":")[::2] for part in text.split(","))
    return {int(a): int(b) for a, b in pairs if a.isdecimal() and b.isdecimal() and len(a) < 6 and len(b) < 10}
