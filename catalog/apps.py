from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog.claims import precedence

        post_migrate.connect(precedence.fill, sender=self)
