from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common import clock
from common.errors import InvalidError, require
from supervision.forms.rehearsal import RehearsalForm, TrialForm
from supervision.permissions import can_rehearse
from supervision.readers.facts import read_rules
from supervision.readers.trial import heaviest_people, trial_days, trial_summary, try_policy
from tasks.policies import to_values


@require_safe
def rehearsal(request: HttpRequest) -> HttpResponse:
    """演练: a reminder policy over past days and days to come; nothing is saved, so the address holds it all."""
    require(can_rehearse(request.user))
    today, rules = clock.today(), read_rules().reminders
    if not request.GET:
        days = RehearsalForm(initial=RehearsalForm.starting_values(today))
        return _page(request, days, TrialForm(initial=to_values(rules)))
    days, numbers = RehearsalForm(request.GET), TrialForm(TrialForm.filled(rules, request.GET))
    if not (days.is_valid() and numbers.is_valid()):
        return _page(request, days, numbers, status=InvalidError.status)
    trial = try_policy(replace(rules, **to_values(numbers.policy)), **days.cleaned_data, on=today)
    shown = {"summary": trial_summary(trial), "days": trial_days(trial), "heaviest": heaviest_people(trial)}
    return _page(request, days, numbers, result={**shown, "is_other": numbers.policy != rules, "today": today})


def _page(request: HttpRequest, days: RehearsalForm, numbers: TrialForm, **more: object) -> HttpResponse:
    status = more.pop("status", 200)
    context = {"days_form": days, "form": numbers, "result": None, **more}
    return render(request, "supervision/rehearsal.html", context, status=status)
