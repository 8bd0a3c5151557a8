"""Finds where a page was filled in with nothing: `None`, `$ `, `: ,`, `()`, a gap in a sentence, an empty address."""

import re
from html.parser import HTMLParser

BLANK = re.compile(r"\b(None|undefined|NaN|nan|Decimal)\b|: ?[,;]|\$(?![\d{])|\(\s*\)| [,;]|\w {2,}\w|\{[{%]|[%}]\}|\"\"|''")
CODE = ("code", "pre", "script", "style", "svg", "textarea")
INLINE = ("a", "abbr", "b", "code", "em", "i", "kbd", "small", "span", "strong", "sup", "time")
SPOKEN = ("alt", "aria-label", "content", "placeholder", "title")
NAMES = ("action", "data-copy", "for", "href", "id", "src")


class Reader(HTMLParser):
    """The sentences of a page and of its attributes. Code counts as one mark: what it prints is its own."""

    def __init__(self) -> None:
        super().__init__()
        self.sentences: list[str] = []
        self.text = ""
        self.code: list[str] = []
        self.nameless: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.between(tag)
        self.sentences += [value for name, value in attrs if name in SPOKEN and value]
        self.nameless += [f'<{tag} {name}="{value}">' for name, value in attrs if name in NAMES and value in ("", "None")]
        if tag in CODE:
            self.code.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.code[-1:] == [tag]:
            self.code.pop()
        self.between(tag)

    def between(self, tag: str) -> None:
        """A sentence ends where a block does."""
        if tag not in INLINE and not self.code:
            self.sentences.append(self.text)
            self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += "…" * bool(data.strip()) if self.code else data


def in_page(page: str) -> list[str]:
    """The surroundings of every blank in HTML."""
    reader = Reader()
    reader.feed(page)
    return reader.nameless + [blank for sentence in [*reader.sentences, reader.text] for blank in in_text(sentence)]


def in_markdown(text: str) -> list[str]:
    """The same in Markdown or plain text, without code and addresses."""
    return in_text(re.sub(r"(?ms)^(```+)\w*\n.*?^\1$|`[^`\n]+`|https?://[^\s)]+", "…", text))


def in_text(text: str) -> list[str]:
    return [text[max(0, found.start() - 40) : found.end() + 40] for found in BLANK.finditer(text)]
