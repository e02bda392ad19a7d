from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """留痕."""

    name = "ledger"
