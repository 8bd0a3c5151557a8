"""Whether foreign text made anything of a page but text: a browser's own parser says which elements it has."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from playwright.sync_api import Page, sync_playwright

from playground.inspection.formatted import TAGS

# What Markdown may make; a link to nowhere keeps its words.
MARKDOWN = {f"{tag}[]" for tag in TAGS} | {"a[href rel]", "a[rel]", "ol[start]"}
# Elements of ours that only some texts call up: marks of a search, and fields that a model refuses.
CALLED_UP = {
    "mark[]", "small[class]",
    "input[aria-describedby autocomplete data-check disabled id list name placeholder spellcheck value]",
    "textarea[aria-describedby class data-check disabled id name placeholder rows spellcheck]",
}  # fmt: skip
# The tree of each page, an element a line; its kinds of element; and what would act, load or lead astray.
READ = """({pages, site}) => pages.map((html) => {
  const tree = [], kinds = new Set(), live = [];
  const links = ["href", "src", "action", "formaction", "poster", "data", "xlink:href", "srcset", "background", "ping", "cite"];
  const check = (one, {name, value}) => {
    if (/^(on|hx-on|style$|srcdoc$)/.test(name)) live.push(`${one.localName} ${name}`);
    if (!links.includes(name)) return;
    const url = URL.parse(value, site);
    const picture = one.localName === "img" && /^data:image\\/(png|jpeg|gif|webp);/i.test(value);
    const leads = one.localName === "a" && url && ["http:", "https:", "mailto:"].includes(url.protocol);
    if (!picture && !leads && (!url || url.origin !== site)) live.push(`${one.localName} ${name}=${value.slice(0, 100)}`);
  };
  const walk = (parent, depth) => {
    for (const one of parent.children) {
      const names = [...one.attributes].map((attribute) => attribute.name).sort().join(" ");
      const kind = `${one.localName}[${names}]`;
      kinds.add(kind);
      tree.push(`${depth} ${kind}`);
      for (const attribute of one.attributes) check(one, attribute);
      walk(one.localName === "template" ? one.content : one, depth + 1);
    }
  };
  walk(new DOMParser().parseFromString(html, "text/html"), 0);
  return {tree: tree.join("\\n"), kinds: [...kinds], live};
})"""


@dataclass
class Judge:
    """Compares pages of hostile texts with those of harmless ones. `same`: pages with the very same elements."""

    page: Page
    known: set[str] = field(default_factory=CALLED_UP.copy)  # kinds of element that harmless texts had
    odd: list[tuple[str, set[str]]] = field(default_factory=list)  # pages that differ, with all kinds that they have
    faults: list[str] = field(default_factory=list)
    compared: int = 0
    same: int = 0

    def compare(self, name: str, hostile: str, harmless: str) -> None:
        found, plain = self.page.evaluate(READ, {"pages": [hostile, harmless], "site": settings.SITE_URL})
        self.compared += 1
        self.same += found["tree"] == plain["tree"]
        self.known |= set(plain["kinds"])
        self.faults += [f"{name}: {what}" for what in (Counter(found["live"]) - Counter(plain["live"]))]
        if found["tree"] != plain["tree"]:
            self.odd.append((name, set(found["kinds"]) - (MARKDOWN if name.startswith("formatted") else set())))

    def wrong(self) -> list[str]:
        return self.faults + self.strangers()

    def strangers(self) -> list[str]:
        """Kinds of element that no harmless text made. A text that is JSON, or a link, may make other ones of ours."""
        return [f"{name}: {kind}" for name, kinds in self.odd for kind in sorted(kinds - self.known)]


class Browser:
    """A browser in a thread of its own: Playwright leaves a loop running where it is, and Django's tables want none."""

    def __init__(self, thread: ThreadPoolExecutor, judge: Judge):
        self.thread, self.judge = thread, judge

    def compare(self, name: str, hostile: str, harmless: str) -> None:
        self.thread.submit(self.judge.compare, name, hostile, harmless).result()


@contextmanager
def browser(chromium: str) -> Iterator[Browser]:
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(lambda: sync_playwright().start()).result()
        try:
            page = thread.submit(lambda: playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page())
            yield Browser(thread, Judge(page.result()))
        finally:
            thread.submit(playwright.stop).result()
