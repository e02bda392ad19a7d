from supervision.api.notices import (
    AnswerNoticeView,
    ConfirmNoticeView,
    DeclineNoticeView,
    IssueNoticeView,
    NoticeListView,
    NoticeView,
    ReceiveNoticeView,
)
from supervision.api.overdue import OverdueView

__all__ = [
    "AnswerNoticeView",
    "ConfirmNoticeView",
    "DeclineNoticeView",
    "IssueNoticeView",
    "NoticeListView",
    "NoticeView",
    "OverdueView",
    "ReceiveNoticeView",
]
