from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlaygroundConfig(AppConfig):
    name = "playground"

    def ready(self) -> None:
        from catalog import examples
        from playground import bundled_presets, presets

        examples.readers.append(presets.examples)
        post_migrate.connect(bundled_presets.load, sender=self)
