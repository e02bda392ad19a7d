from supervision.models.bulletin import Bulletin, BulletinQuerySet
from supervision.models.delivery import Channel, Delivery, DeliveryQuerySet, Suppression
from supervision.models.digest import Digest
from supervision.models.endpoint import Endpoint
from supervision.models.feedback import Feedback, FeedbackQuerySet
from supervision.models.levels import Level, Reason
from supervision.models.message import Message, MessageQuerySet
from supervision.models.notice import Notice, NoticeQuerySet
from supervision.models.push import Push, PushQuerySet
from supervision.models.register import Register

__all__ = [
    "Bulletin",
    "BulletinQuerySet",
    "Channel",
    "Delivery",
    "DeliveryQuerySet",
    "Digest",
    "Endpoint",
    "Feedback",
    "FeedbackQuerySet",
    "Level",
    "Message",
    "MessageQuerySet",
    "Notice",
    "NoticeQuerySet",
    "Push",
    "PushQuerySet",
    "Reason",
    "Register",
    "Suppression",
]
