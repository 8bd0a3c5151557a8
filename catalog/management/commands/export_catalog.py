"""Writes the whole catalog as JSON, hidden models among it, with what each source says: what `import_catalog json` reads back."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from catalog.models import Model
from catalog.programs import export


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        models = Model.objects.select_related("provider").prefetch_related("aliases", "claims").order_by("slug")
        self.stdout.write('{"object": "list", "data": [')
        before = ""
        for model in models.iterator(500):
            self.stdout.write(before + json.dumps(record(model), ensure_ascii=False), ending="")
            before = ",\n"
        self.stdout.write("\n]}")


def record(model: Model) -> dict[str, Any]:
    """A model as its claims make it; what is shown follows from them."""
    by = model.provider
    return {
        "id": model.slug, "object": "model", "provider": {"id": by.slug, "name": by.name, "url": by.url or None},
        "listed": model.listed, "aliases": [alias.slug for alias in model.aliases.all()],
        "claims": [export.claim(claim) for claim in model.claims.all()],
    }  # fmt: skip
