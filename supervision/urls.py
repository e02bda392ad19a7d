"""Pages of this room."""

from django.urls import path

from supervision.views.bulletins import bulletin, bulletin_issue, bulletins
from supervision.views.deliveries import deliveries, deliveries_retry, delivery, delivery_retry
from supervision.views.endpoints import (
    endpoint,
    endpoint_new,
    endpoint_retire,
    endpoint_rotate,
    endpoint_test,
    endpoints,
)
from supervision.views.feedback import feedback, feedback_answer, feedback_new, feedback_thanks
from supervision.views.inbox import (
    inbox,
    inbox_count,
    inbox_recent,
    message,
    message_read,
    message_unread,
    read_all,
    unread_all,
)
from supervision.views.notices import notice, notice_change, notices
from supervision.views.office_clock import office_clock
from supervision.views.overdue import overdue
from supervision.views.policies import policy, settings
from supervision.views.pushes import endpoint_pushes, endpoint_replay
from supervision.views.rehearsal import rehearsal

app_name = "supervision"
urlpatterns = [
    path("inbox/", inbox, name="inbox"),
    path("inbox/read/", read_all, name="read_all"),
    path("inbox/unread/", unread_all, name="unread_all"),
    path("inbox/recent/", inbox_recent, name="inbox_recent"),
    path("inbox/count/", inbox_count, name="inbox_count"),
    path("inbox/<int:pk>/", message, name="message"),
    path("inbox/<int:pk>/read/", message_read, name="message_read"),
    path("inbox/<int:pk>/unread/", message_unread, name="message_unread"),
    path("feedback/", feedback, name="feedback"),
    path("feedback/new/", feedback_new, name="feedback_new"),
    path("feedback/thanks/", feedback_thanks, name="feedback_thanks"),
    path("feedback/<int:pk>/answer/", feedback_answer, name="feedback_answer"),
    path("overdue/", overdue, name="overdue"),
    path("notices/", notices, name="notices"),
    path("notices/<int:pk>/", notice, name="notice"),
    path("notices/<int:pk>/confirm/", notice_change, {"verb": "confirm"}, name="notice_confirm"),
    path("notices/<int:pk>/issue/", notice_change, {"verb": "issue"}, name="notice_issue"),
    path("notices/<int:pk>/decline/", notice_change, {"verb": "decline"}, name="notice_decline"),
    path("notices/<int:pk>/receive/", notice_change, {"verb": "receive"}, name="notice_receive"),
    path("notices/<int:pk>/answer/", notice_change, {"verb": "answer"}, name="notice_answer"),
    path("bulletins/", bulletins, name="bulletins"),
    path("bulletins/<int:pk>/", bulletin, name="bulletin"),
    path("bulletins/<int:pk>/issue/", bulletin_issue, name="bulletin_issue"),
    path("office-clock/", office_clock, name="office_clock"),
    path("deliveries/", deliveries, name="deliveries"),
    path("deliveries/retry/", deliveries_retry, name="deliveries_retry"),
    path("deliveries/<int:pk>/", delivery, name="delivery"),
    path("deliveries/<int:pk>/retry/", delivery_retry, name="delivery_retry"),
    path("endpoints/", endpoints, name="endpoints"),
    path("endpoints/new/", endpoint_new, name="endpoint_new"),
    path("endpoints/<int:pk>/", endpoint, name="endpoint"),
    path("endpoints/<int:pk>/rotate/", endpoint_rotate, name="endpoint_rotate"),
    path("endpoints/<int:pk>/retire/", endpoint_retire, name="endpoint_retire"),
    path("endpoints/<int:pk>/test/", endpoint_test, name="endpoint_test"),
    path("endpoints/<int:pk>/pushes/", endpoint_pushes, name="endpoint_pushes"),
    path("endpoints/<int:pk>/replay/", endpoint_replay, name="endpoint_replay"),
    path("rules/", settings, name="settings"),
    path("rules/<slug:kind>/", policy, name="policy"),
    path("rehearsal/", rehearsal, name="rehearsal"),
]
