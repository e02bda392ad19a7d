from supervision.actions.bulletins import draft_bulletin, issue_bulletin
from supervision.actions.deliver import DeliverResult, deliver_batch, deliver_due
from supervision.actions.endpoints import (
    EndpointRetiredError,
    NoChangesError,
    create_endpoint,
    replay_changes,
    retire_endpoint,
    rotate_secret,
    send_test,
    update_endpoint,
)
from supervision.actions.feedback import (
    FeedbackAnsweredError,
    TooMuchFeedbackError,
    answer_feedback,
    send_feedback,
)
from supervision.actions.inbox import read_all_messages, read_message, unread_message, unread_messages
from supervision.actions.mail_check import MailCheck, NoAddressError, send_test_mail
from supervision.actions.notices import (
    answer_notice,
    confirm_notice,
    decline_notice,
    issue_notice,
    receive_notice,
)
from supervision.actions.retry import DeliveryNotDeadError, retry_deliveries, retry_delivery
from supervision.actions.sweep import SweepResult, sweep

__all__ = [
    "DeliverResult",
    "DeliveryNotDeadError",
    "EndpointRetiredError",
    "FeedbackAnsweredError",
    "MailCheck",
    "NoAddressError",
    "NoChangesError",
    "SweepResult",
    "TooMuchFeedbackError",
    "answer_feedback",
    "answer_notice",
    "confirm_notice",
    "create_endpoint",
    "decline_notice",
    "deliver_batch",
    "deliver_due",
    "draft_bulletin",
    "issue_bulletin",
    "issue_notice",
    "read_all_messages",
    "read_message",
    "receive_notice",
    "replay_changes",
    "retire_endpoint",
    "retry_deliveries",
    "retry_delivery",
    "rotate_secret",
    "send_feedback",
    "send_test",
    "send_test_mail",
    "sweep",
    "unread_message",
    "unread_messages",
    "update_endpoint",
]
