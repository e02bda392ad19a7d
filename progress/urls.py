"""Pages of this room."""

from django.urls import path

from progress.views import (
    asks,
    closing,
    closing_verbs,
    contributions,
    evidence,
    report,
    review,
    standing,
    working_copies,
    writing,
)

app_name = "progress"
urlpatterns = [
    path("tasks/<int:number>/report/", writing.new, name="new"),
    path("tasks/<int:number>/working-copy/", working_copies.working_copy, name="working_copy"),
    path("tasks/<int:number>/working-copy/drop/", working_copies.working_copy_drop, name="working_copy_drop"),
    path("reports/<int:pk>/", report.detail, name="detail"),
    path("reports/<int:pk>/edit/", writing.edit, name="edit"),
    path("reports/<int:pk>/submit/", report.submit, name="submit"),
    path("reports/<int:pk>/discard/", writing.discard, name="discard"),
    path("reports/<int:pk>/withdraw/", report.withdraw, name="withdraw"),
    path("reports/<int:pk>/review/", review.review, name="review"),
    path("reports/<int:pk>/evidence/", evidence.evidence_add, name="evidence_add"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/preview/", evidence.evidence_preview, name="evidence_preview"),
    path("evidence/<int:pk>/remove/", evidence.evidence_remove, name="evidence_remove"),
    path("reviews/", review.reviews, name="reviews"),
    path("reports/standing/", standing.standing, name="standing"),
    path("tasks/<int:number>/contributions/", contributions.contribute, name="contribute"),
    path("contributions/", contributions.contributions, name="contributions"),
    path("asks/", asks.asks, name="asks"),
    path("asks/<int:pk>/", asks.ask, name="ask"),
    path("tasks/<int:number>/closing/", closing.closing, name="closing"),
    path("closings/", closing.closings, name="closings"),
    path("closings/<int:pk>/", closing.detail, name="closing_detail"),
    path("closings/<int:pk>/evidence/", evidence.deliverable_add, name="deliverable_add"),
    path("closings/<int:pk>/hear/", closing_verbs.closing_hear, name="closing_hear"),
    path("closings/<int:pk>/silent/", closing_verbs.closing_silent, name="closing_silent"),
    path("closings/<int:pk>/send/", closing_verbs.closing_send, name="closing_send"),
    path("closings/<int:pk>/withdraw/", closing_verbs.closing_withdraw, name="closing_withdraw"),
    path("closings/<int:pk>/check/", closing_verbs.closing_check, name="closing_check"),
    path("closings/<int:pk>/return/", closing_verbs.closing_return, name="closing_return"),
    path("closings/<int:pk>/accept/", closing_verbs.closing_accept, name="closing_accept"),
]
