"""The code panels of a model page, read from its HTML as a visitor's browser would show them."""

from html.parser import HTMLParser

LANGUAGES = {"Python": "python", "curl": "curl", "TypeScript": "typescript"}
Panels = dict[str, dict[str, str]]  # the code, by the endpoint's label and the language


class Reader(HTMLParser):
    """Collects the text of every `pre` that is labelled `Python, code, Speech`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Panels = {}
        self.open: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = (dict(attrs).get("aria-label") or "").split(", ")
        if tag == "pre" and len(words) == 3 and words[0] in LANGUAGES:
            self.open = (words[2], LANGUAGES[words[0]])
            self.found.setdefault(words[2], {})[self.open[1]] = ""

    def handle_data(self, data: str) -> None:
        if self.open:
            self.found[self.open[0]][self.open[1]] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self.open = None


def panels(page: str) -> Panels:
    reader = Reader()
    reader.feed(page)
    return reader.found
