"""配合情况: what a unit gives to the lead of a task that it supports."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import User
from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from progress.actions import give_contribution
from progress.actions.contributions import ContributionExistsError, check_open
from progress.forms import ContributionForm
from progress.models import Contribution, Period
from progress.models.contribution import may_say_no_change
from progress.permissions import can_contribute
from progress.readers import (
    contributions_given,
    contributions_now,
    contributions_to_give,
    earlier_contributions,
)
from tasks.models import Task
from tasks.readers import task_rows


@dataclass
class Desk:
    """What lies on the table when a unit gives its part."""

    task: Task
    period: Period
    given: Contribution | None


@require_safe
def contributions(request: HttpRequest) -> HttpResponse:
    """What this person's unit is asked to contribute now, and what it has given for the periods that run."""
    require(request.user.drafts_for_agency)
    on = clock.today()
    context = {
        "to_give": contributions_to_give(request.user, on=on),
        "given": contributions_given(request.user, on=on),
    }
    return render(request, "progress/contributions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contribute(request: HttpRequest, number: int) -> HttpResponse:
    """The form of a unit's part for one task and period, or why it cannot be given now."""
    tasks = Task.objects.visible_to(request.user).current().select_related("plan", "pillar")
    task = get_object_or_404(tasks, number=number)
    require(can_contribute(request.user, task))
    period = _chosen_period(request, task)
    if period is None:
        return render(request, "progress/no_period.html", {"task": task}, status=409)
    given = Contribution.objects.visible_to(request.user).filter(
        task=task, period=period, agency=request.user.agency_id
    )
    desk = Desk(task, period, given.select_related("given_by", "period").first())
    if request.method == "POST":
        return _store(request, desk)
    return _page(request, desk, ContributionForm(initial=_starting_values(desk.given)))


def _chosen_period(request: HttpRequest, task: Task) -> Period | None:
    """The period that the address names; else the first to give for, else the last that runs."""
    periods = Period.objects.visible_to(request.user)
    if code := request.GET.get("period"):
        begun = periods.begun(on=clock.today()).in_bulk()
        if code not in begun:  # whatever was written there, no database has to read it
            raise Http404
        return begun[code]
    rows = contributions_now(request.user, on=clock.today(), task=task.pk)
    open_ones = [row for row in rows if row["given"] is None and not row["is_closed"]] or rows[-1:]
    codes = [row["period"]["code"] for row in open_ones]
    return periods.filter(pk__in=codes[:1]).first()


def _starting_values(given: Contribution | None) -> dict[str, Any]:
    return {"text": given.text, "percent": given.percent, "version": given.version} if given else {}


def _store(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = ContributionForm(request.POST)
    is_unchanged = "unchanged" in request.POST
    form.fields["text"].required = not is_unchanged
    if not form.is_valid():
        return _page(request, desk, form, status=InvalidError.status)
    try:
        _give(desk, form, is_unchanged=is_unchanged, by=request.user)
    except (StaleVersionError, ContributionExistsError) as error:
        return _conflict(request, desk, form, error)
    except DomainError as error:
        show_error(form, error)
        return _page(request, desk, form, status=error.status)
    messages.success(request, _("已反馈任务 %(number)s 的配合情况，牵头单位可以看到。") % {"number": desk.task.number})
    return redirect("progress:contributions")


def _give(desk: Desk, form: ContributionForm, *, is_unchanged: bool, by: User) -> Contribution:
    entered = {**form.cleaned_data, "text": "", "percent": None} if is_unchanged else form.cleaned_data
    return give_contribution(
        task=desk.task, period=desk.period, by=by, now=clock.now(), no_change=is_unchanged, **entered
    )


def _conflict(
    request: HttpRequest, desk: Desk, form: ContributionForm, error: StaleVersionError | ContributionExistsError
) -> HttpResponse:
    """What a colleague gave meanwhile stands beside the form, which keeps what was typed and answers that version."""
    stands = error.contribution if isinstance(error, ContributionExistsError) else error.current
    data = form.data.copy()
    data["version"] = str(stands.version)
    again = Desk(desk.task, desk.period, stands)
    return _page(request, again, ContributionForm(data), conflict=error, status=error.status)


def _page(request: HttpRequest, desk: Desk, form: ContributionForm, *, status: int = 200, **more: Any) -> HttpResponse:
    user, on = request.user, clock.today()
    earlier = earlier_contributions(user, desk.task, desk.period)
    context = {
        "task": task_rows(Task.objects.visible_to(user).filter(pk=desk.task.pk), on=on)[0],
        "period": desk.period,
        "is_late": desk.given.is_late if desk.given else on > desk.period.contributions_due_on,
        "given": desk.given,
        "previous": next(iter(earlier), None),
        "may_repeat": may_say_no_change([each.no_change for each in earlier]),
        "form": form,
        "closed": _why_closed(desk),
        "conflict": None,
        **more,
    }
    return render(request, "progress/contribution_form.html", context, status=status)


def _why_closed(desk: Desk) -> DomainError | None:
    try:
        check_open(desk.task, desk.period, clock.now())
    except DomainError as error:
        return error
    return None
