from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "textmeter.ledger"
    label = "ledger"
