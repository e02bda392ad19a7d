"""办结申请: writing it, and reading it with everything that was said to it."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import User
from agencies.roles import Can
from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from ledger.models import Event
from progress.actions import draft_closing, save_closing
from progress.actions.closing import ClosingExistsError
from progress.forms import CheckForm, ClosingForm, EvidenceForm, HearingForm, ReturnForm
from progress.models import Closing, ClosingQuerySet
from progress.permissions import (
    can_answer_hearing,
    can_check_closing,
    can_decide_closing,
    can_draft_closing,
    can_edit_closing,
    can_send_closing,
    can_withdraw_closing,
)
from progress.readers import (
    closing_detail,
    closing_history,
    closing_rows,
    closings_in_hand,
    closings_of_office,
    hearings_to_answer,
)
from progress.readers.closing import task_obstacles
from progress.status import ClosingStatus
from tasks.models import CalendarDay, Task
from tasks.readers import task_rows

Forms = dict[str, Form]
LATEST = 100


@require_safe
def closings(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and every request that he may see."""
    user, today, calendar = request.user, clock.today(), CalendarDay.objects.as_calendar()
    require(user.reads_tasks)
    seen = Closing.objects.visible_to(user).current()
    office = closings_of_office(seen, user, on=today, calendar=calendar) if can_check_closing(user) else {}
    context = {
        "to_answer": hearings_to_answer(seen, user, on=today, calendar=calendar),
        "in_hand": closings_in_hand(seen, user) if user.drafts_for_agency else [],
        "to_check": office.get("to_check", []),
        "to_decide": office.get("to_decide", []) if user.has(Can.DECIDE) else [],
        "rows": closing_rows(seen.order_by("-pk")[:LATEST]),
    }
    return render(request, "progress/closings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, number: int) -> HttpResponse:
    """A task's request: the form for the unit that leads it, for the others the latest one that they may see."""
    tasks = Task.objects.visible_to(request.user).current().select_related("plan", "pillar")
    task = get_object_or_404(tasks, number=number)
    if request.method == "POST":
        require(can_draft_closing(request.user, task))
        return _store(request, task)
    found = _of_task(request.user, task).first()
    if found and (found.stands or task_obstacles(task)) and not _is_editable(request.user, found):
        return redirect("progress:closing_detail", found.pk)
    require(can_draft_closing(request.user, task))
    return _first_page(request, task, found)


def _of_task(user: User, task: Task) -> ClosingQuerySet:
    """The task's requests that this person may see, the latest first."""
    return Closing.objects.visible_to(user).filter(task=task).select_related("task__plan").order_by("-pk")


def _is_editable(user: User, found: Closing) -> bool:
    return found.state == ClosingStatus.DRAFT and can_edit_closing(user, found)


def _first_page(request: HttpRequest, task: Task, found: Closing | None) -> HttpResponse:
    """Before anything is typed: the draft as it stands, a new one begun from what was returned, or why not now."""
    if found and found.state == ClosingStatus.DRAFT:
        start = {"statement": found.statement, "version": found.version}
        return _form_page(request, task, ClosingForm(initial=start), draft=found)
    returned = found if found and found.status == ClosingStatus.RETURNED else None
    reasons = task_obstacles(task)
    form = ClosingForm(initial={"statement": returned.statement if returned else ""})
    more = {"returned": returned, "reasons": reasons, "status": 409 if reasons else 200}
    return _form_page(request, task, form, **more)


def _store(request: HttpRequest, task: Task) -> HttpResponse:
    form, found = ClosingForm(request.POST), _of_task(request.user, task).first()
    draft = found if found and found.state == ClosingStatus.DRAFT else None
    if not form.is_valid():
        return _form_page(request, task, form, draft=draft, status=InvalidError.status)
    try:
        kept = _write(task, draft, form, by=request.user)
    except (StaleVersionError, ClosingExistsError) as error:
        return _conflict_page(request, task, form, error)
    except DomainError as error:
        show_error(form, error)
        return _form_page(request, task, form, draft=draft, status=error.status)
    messages.success(request, _("草稿已保存，配合单位可以反馈意见。") if kept.hearings.exists() else _("草稿已保存。"))
    return redirect("progress:closing_detail", kept.pk)


def _write(task: Task, draft: Closing | None, form: ClosingForm, *, by: User) -> Closing:
    """A new draft for a form that had none; else save over the version that was read."""
    entered, now = form.cleaned_data, clock.now()
    if draft is None or entered["version"] is None:
        return draft_closing(task=task, statement=entered["statement"], by=by, now=now)
    return save_closing(closing=draft, statement=entered["statement"], version=entered["version"], by=by, now=now)


def _conflict_page(
    request: HttpRequest, task: Task, form: ClosingForm, error: StaleVersionError | ClosingExistsError
) -> HttpResponse:
    """Both versions, and the form with what this person wrote, which now answers the newer one."""
    stands = error.closing if isinstance(error, ClosingExistsError) else error.current
    data = form.data.copy()
    data["version"] = str(stands.version)
    again = ClosingForm(data)
    return _form_page(request, task, again, draft=stands, conflict=error, status=error.status)


def _form_page(
    request: HttpRequest, task: Task, form: ClosingForm, *, draft: Closing | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    rows = task_rows(Task.objects.visible_to(request.user).filter(pk=task.pk), on=clock.today())
    around = {"returned": None, "reasons": [], "conflict": None}
    context = {"task": rows[0], "form": form, "draft": draft, **around, **more}
    return render(request, "progress/closing_form.html", context, status=status)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what was done, the files, what the units say, and who is next."""
    return detail_page(request, visible_closing(request, pk))


def visible_closing(request: HttpRequest, pk: int) -> Closing:
    """The request with its task and plan, if this person may see it; else 404."""
    return get_object_or_404(Closing.objects.visible_to(request.user).select_related("task__plan"), pk=pk)


def detail_page(
    request: HttpRequest, closing: Closing, *, error: DomainError | None = None, typed: Forms | None = None
) -> HttpResponse:
    """The page as it stands now, with a refusal above it and what was typed kept in its form."""
    user = request.user
    row = closing_detail(closing, user=user, on=clock.today())
    own = next((each for each in row["hearings"] if each["agency"]["code"] == user.agency_id), None)
    context = {
        "closing": row,
        "task": task_rows(Task.objects.visible_to(user).filter(pk=closing.task_id), on=clock.today())[0],
        "own": own,
        "forms": {**_forms(closing, own), **(typed or {})},
        "files_form": EvidenceForm(),
        "may": what_now(user, closing, row, own),
        "history": closing_history(Event.objects.visible_to(user), closing),
        "error": error,
    }
    return render(request, "progress/closing_detail.html", context, status=error.status if error else 200)


def _forms(closing: Closing, own: dict[str, Any] | None) -> Forms:
    """Several forms stand on one page, so each has ids of its own. A unit that has contributed is offered to agree."""
    start = {"version": closing.version}
    hear = {"answer": own["answer"] or ("agreed" if own["contribution"] else ""), "text": own["text"]} if own else {}
    return {
        "check": CheckForm(initial=start, auto_id="check_%s"),
        "return": ReturnForm(initial=start, auto_id="return_%s"),
        "hear": HearingForm(initial={**hear, "version": own["version"] if own else None}, auto_id="hear_%s"),
    }


def what_now(user: User, closing: Closing, row: dict[str, Any], own: dict[str, Any] | None) -> dict[str, bool]:
    """Which buttons stand on a request for this person, and which only with the reason why not."""
    state, is_own = closing.state, can_edit_closing(user, closing)
    is_draft, is_sent, is_checked = (
        state == each for each in (ClosingStatus.DRAFT, ClosingStatus.SENT, ClosingStatus.CHECKED)
    )
    signs = is_draft and can_withdraw_closing(user, closing)
    return {
        "edit": is_draft and is_own,
        "send": signs and can_send_closing(user, closing) and not row["obstacles"],
        "wait_for_another": signs and not can_send_closing(user, closing),
        "wait_for_approver": is_draft and is_own and not signs,
        "mark_silent": is_draft and is_own and any(each["is_late"] for each in row["hearings"]),
        "hear": is_draft and own is not None and can_answer_hearing(user, closing.hearings.get(pk=own["id"])),
        "withdraw": is_sent and can_withdraw_closing(user, closing),
        "check": is_sent and can_check_closing(user),
        "return": (is_sent or is_checked) and can_check_closing(user),
        "accept": is_checked and can_decide_closing(user, closing),
        "wait_for_director": is_checked and closing.checked_by_id == user.pk and user.has(Can.DECIDE),
        "ask_again": state == ClosingStatus.RETURNED and is_own and not task_obstacles(closing.task),
    }
