"""Mail systems with a fault each, for settings.EMAIL_BACKEND."""

import smtplib

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as MemoryBackend


class Refusing(MemoryBackend):
    """Takes every mail but those to lead_reporter."""

    def send_messages(self, messages):
        for message in messages:
            if message.to == ["lead_reporter@example.test"]:
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})
        return super().send_messages(messages)


class Unreachable(BaseEmailBackend):
    """Nobody answers."""

    def open(self):
        raise ConnectionRefusedError("connection refused")


class TakingNothing(BaseEmailBackend):
    """Answers, and sends nothing."""

    def send_messages(self, messages):
        return 0


class Crashing(MemoryBackend):
    """Takes the first mail of a connection, then the process comes to harm."""

    def send_messages(self, messages):
        if getattr(self, "taken", 0):
            raise KeyboardInterrupt
        self.taken = super().send_messages(messages)
        return self.taken
