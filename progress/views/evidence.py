"""佐证材料: adding, handing out and removing files."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from common import clock
from common.errors import DomainError, require
from progress.actions import add_deliverable, add_evidence, remove_evidence
from progress.forms import EvidenceForm
from progress.models import Closing, Evidence, Report
from progress.permissions import can_edit, can_edit_closing
from progress.readers.files import media_type, open_file
from progress.readers.preview import first_rows
from progress.views.closing import visible_closing
from progress.views.report import visible_report
from progress.views.writing import refusal

# What a browser may show in a tab of its own, with the policy that it is shown under. A sandbox has no viewer for PDF;
# without it the document may still load nothing and belongs to no page of this site.
SHOWN = {
    "pdf": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "png": "sandbox",
    "jpg": "sandbox",
}


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The file under its own name, as a download; a picture or PDF in a tab when asked for, never as a page of ours."""
    found, content = _open(request, pk)
    is_shown = request.GET.get("inline") == "1" and found.kind in SHOWN
    response = FileResponse(content, as_attachment=not is_shown, filename=found.name, content_type=media_type(found))
    response.headers["Content-Security-Policy"] = SHOWN[found.kind] if is_shown else "sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@vary_on_headers("HX-Request")
def evidence_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The first rows of a table, as text of a page of ours; for htmx the table alone."""
    found, content = _open(request, pk, kind="csv")
    with content:
        context = {"file": found, "table": first_rows(content)}
    template = "progress/_evidence_table.html" if request.htmx else "progress/evidence_preview.html"
    response = render(request, template, context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _open(request: HttpRequest, pk: int, **more: str) -> tuple[Evidence, Any]:
    """Evidence that this person may see, and its file; 404 and 410 if there is none."""
    seen = Evidence.objects.visible_to(request.user).select_related("report__task", "closing__task")
    found = get_object_or_404(seen, pk=pk, removed_at=None, **more)
    return found, open_file(found)


@require_POST
def evidence_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Files for a draft, one after the other; each that is refused says why."""
    report = visible_report(request, pk)
    require(can_edit(request.user, report))
    errors, status = _add_each(request, add_evidence, report=report)
    return _answer(request, report, errors, status=status)


@require_POST
def deliverable_add(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for the draft of a closing request, whose page shows what went wrong."""
    closing = visible_closing(request, pk)
    require(can_edit_closing(request.user, closing))
    errors, _status = _add_each(request, add_deliverable, closing=closing)
    return _back_to_closing(request, pk, errors)


def _add_each(request: HttpRequest, add: Callable[..., Evidence], **holder: Report | Closing) -> tuple[list[str], int]:
    form = EvidenceForm(request.POST, request.FILES)
    files = form.cleaned_data["files"] if form.is_valid() else []
    errors = [_("请选择文件。")] if not files else []
    status = 200 if files else 400
    for file in files:
        try:
            add(**holder, file=file, by=request.user, now=clock.now())
        except DomainError as error:
            errors.append(refusal(error, file.name))
            status = error.status
    return errors, status


@require_POST
def evidence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The file no longer stands with the draft."""
    found = get_object_or_404(Evidence.objects.visible_to(request.user).select_related("report", "closing"), pk=pk)
    report = visible_report(request, found.report_id) if found.report_id else None
    require(can_edit(request.user, report) if report else _edits_closing(request, found.closing_id))
    errors, status = [], 200
    try:
        remove_evidence(evidence=found, by=request.user, now=clock.now())
    except DomainError as error:
        errors, status = [refusal(error)], error.status
    if report is None:
        return _back_to_closing(request, found.closing_id, errors)
    return _answer(request, report, errors, status=status)


def _edits_closing(request: HttpRequest, pk: int) -> bool:
    return can_edit_closing(request.user, visible_closing(request, pk))


def _back_to_closing(request: HttpRequest, pk: int, errors: list[str]) -> HttpResponse:
    for text in errors:
        messages.error(request, text)
    return redirect("progress:closing_detail", pk)


def _answer(request: HttpRequest, report: Report, errors: list[str], *, status: int) -> HttpResponse:
    """The list of files alone for htmx; else the form's page, with what went wrong."""
    if request.htmx:
        kept = Evidence.objects.visible_to(request.user).filter(report=report, removed_at=None)
        context = {"report": report, "evidence": kept, "errors": errors, "files_form": EvidenceForm()}
        return render(request, "progress/_evidence.html", context, status=status)
    for text in errors:
        messages.error(request, text)
    return redirect("progress:edit", report.pk)
