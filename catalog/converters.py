"""The URL parts that hold a model's slug, and the form of a page for programs."""

from catalog.models import SLUG


class SlugConverter:
    regex = SLUG

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FormConverter:
    regex = "json|csv|md|atom"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
