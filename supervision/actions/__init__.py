from supervision.actions.deliver import DeliverResult, deliver_batch, deliver_due
from supervision.actions.inbox import read_all_messages, read_message
from supervision.actions.retry import DeliveryNotDeadError, retry_delivery
from supervision.actions.sweep import SweepResult, sweep

__all__ = [
    "DeliverResult",
    "DeliveryNotDeadError",
    "SweepResult",
    "deliver_batch",
    "deliver_due",
    "read_all_messages",
    "read_message",
    "retry_delivery",
    "sweep",
]
