"""Pages of this room."""

from django.urls import path

from progress.views import evidence, report, review, writing

app_name = "progress"
urlpatterns = [
    path("tasks/<int:number>/report/", writing.new, name="new"),
    path("reports/<int:pk>/", report.detail, name="detail"),
    path("reports/<int:pk>/edit/", writing.edit, name="edit"),
    path("reports/<int:pk>/submit/", report.submit, name="submit"),
    path("reports/<int:pk>/withdraw/", report.withdraw, name="withdraw"),
    path("reports/<int:pk>/review/", review.review, name="review"),
    path("reports/<int:pk>/evidence/", evidence.evidence_add, name="evidence_add"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/remove/", evidence.evidence_remove, name="evidence_remove"),
    path("reviews/", review.reviews, name="reviews"),
]
