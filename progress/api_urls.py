"""This room's part of /api/v1/."""

from django.urls import path

from progress import api

urlpatterns = [
    path("reports/", api.ReportListView.as_view(), name="reports"),
    path("reports/export/", api.ReportExportView.as_view(), name="reports_export"),
    path("reports/batch/", api.ReportBatchView.as_view(), name="report_batch"),
    path("reports/batch/submit/", api.SubmitBatchView.as_view(), name="report_batch_submit"),
    path("tasks/<int:number>/reports/", api.TaskReportsView.as_view(), name="task_reports"),
    path("reports/<int:pk>/", api.ReportView.as_view(), name="report"),
    path("reports/<int:pk>/submit/", api.SubmitView.as_view(), name="report_submit"),
    path("reports/<int:pk>/withdraw/", api.WithdrawView.as_view(), name="report_withdraw"),
    path("reports/<int:pk>/approve/", api.ApproveView.as_view(), name="report_approve"),
    path("reports/<int:pk>/return/", api.ReturnView.as_view(), name="report_return"),
    path("reports/<int:pk>/answer/", api.AnswerView.as_view(), name="report_answer"),
    path("reports/<int:pk>/evidence/", api.ReportEvidenceView.as_view(), name="report_evidence"),
    path("tasks/<int:number>/contributions/", api.TaskContributionsView.as_view(), name="task_contributions"),
    path("contributions/<int:pk>/", api.ContributionView.as_view(), name="contribution"),
    path("tasks/<int:number>/closing/", api.TaskClosingView.as_view(), name="task_closing"),
    path("closings/<int:pk>/", api.ClosingView.as_view(), name="closing"),
    path("closings/<int:pk>/send/", api.SendClosingView.as_view(), name="closing_send"),
    path("closings/<int:pk>/withdraw/", api.WithdrawClosingView.as_view(), name="closing_withdraw"),
    path("closings/<int:pk>/silent/", api.SilentClosingView.as_view(), name="closing_silent"),
    path("closings/<int:pk>/check/", api.CheckClosingView.as_view(), name="closing_check"),
    path("closings/<int:pk>/return/", api.ReturnClosingView.as_view(), name="closing_return"),
    path("closings/<int:pk>/accept/", api.AcceptClosingView.as_view(), name="closing_accept"),
    path("closings/<int:pk>/hearing/", api.HearingView.as_view(), name="closing_hearing"),
    path("closings/<int:pk>/evidence/", api.ClosingEvidenceView.as_view(), name="closing_evidence"),
    path("evidence/<int:pk>/", api.EvidenceView.as_view(), name="evidence"),
    path("periods/", api.PeriodsView.as_view(), name="periods"),
    path("progress/summary/", api.SummaryView.as_view(), name="summary"),
    path("progress/summary/export/", api.SummaryExportView.as_view(), name="summary_export"),
]
