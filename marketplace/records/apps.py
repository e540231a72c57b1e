from django.apps import AppConfig
from django.core.checks import Tags, register

from marketplace.records import preflight


class RecordsConfig(AppConfig):
    name = "marketplace.records"
    label = "records"
    verbose_name = "Records"

    def ready(self) -> None:
        # Ordinary commands and migrate run no deployment checks: migrate is what mends some of what these find.
        register(preflight.deployment_check, Tags.database, "preflight", deploy=True)
