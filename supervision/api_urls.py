"""This room's part of /api/v1/."""

from django.urls import path

from supervision import api

urlpatterns = [
    path("overdue/", api.OverdueView.as_view(), name="overdue"),
    path("notices/", api.NoticeListView.as_view(), name="notices"),
    path("notices/<int:pk>/", api.NoticeView.as_view(), name="notice"),
    path("notices/<int:pk>/confirm/", api.ConfirmNoticeView.as_view(), name="notice_confirm"),
    path("notices/<int:pk>/issue/", api.IssueNoticeView.as_view(), name="notice_issue"),
    path("notices/<int:pk>/decline/", api.DeclineNoticeView.as_view(), name="notice_decline"),
    path("notices/<int:pk>/receive/", api.ReceiveNoticeView.as_view(), name="notice_receive"),
    path("notices/<int:pk>/answer/", api.AnswerNoticeView.as_view(), name="notice_answer"),
]
