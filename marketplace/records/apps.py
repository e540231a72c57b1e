from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "marketplace.records"
    label = "records"
    verbose_name = "Records"
