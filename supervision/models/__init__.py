from supervision.models.delivery import Channel, Delivery, DeliveryQuerySet, Level, Reason, Suppression
from supervision.models.message import Message, MessageQuerySet

__all__ = [
    "Channel",
    "Delivery",
    "DeliveryQuerySet",
    "Level",
    "Message",
    "MessageQuerySet",
    "Reason",
    "Suppression",
]
