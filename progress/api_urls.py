"""This room's part of /api/v1/."""

from django.urls import path

from progress import api

urlpatterns = [
    path("tasks/<int:number>/reports/", api.TaskReportsView.as_view(), name="task_reports"),
    path("reports/<int:pk>/", api.ReportView.as_view(), name="report"),
    path("reports/<int:pk>/submit/", api.SubmitView.as_view(), name="report_submit"),
    path("reports/<int:pk>/withdraw/", api.WithdrawView.as_view(), name="report_withdraw"),
    path("reports/<int:pk>/approve/", api.ApproveView.as_view(), name="report_approve"),
    path("reports/<int:pk>/return/", api.ReturnView.as_view(), name="report_return"),
    path("periods/", api.PeriodsView.as_view(), name="periods"),
    path("progress/summary/", api.SummaryView.as_view(), name="summary"),
]
