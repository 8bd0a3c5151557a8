"""The URL part that holds a model's slug."""

from catalog.models import SLUG


class SlugConverter:
    regex = SLUG

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
