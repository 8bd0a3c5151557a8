from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlaygroundConfig(AppConfig):
    name = "playground"

    def ready(self) -> None:
        from catalog.calling import examples
        from catalog.identity import merging
        from playground import roles
        from playground.presets import bundled, presets
        from playground.records import renamed

        examples.readers.append(presets.examples)
        merging.followers.append(renamed.follow)
        post_migrate.connect(bundled.load, sender=self)
        post_migrate.connect(roles.load, sender=self.apps.get_app_config("auth"))  # the rights of all before it are there then
