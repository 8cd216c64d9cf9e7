from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "bandeng.ground.ledger"
    label = "ledger"
