"""No page loads anything from another host: every page that can be reached by links, and every stylesheet and script."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from django.conf import settings

LOADED = {"src", "srcset", "poster", "data", "background", "manifest", "ping", "formaction", "action", "code", "archive"}
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch", "manifest"}
FROM_CSS = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")
MOST = 60  # pages: of every kind some; of the 775 models the first


class Loads(HTMLParser):
    """`loads`: what a browser fetches for a page by itself, or sends its forms to. `leads`: where its links go."""

    def __init__(self, page: str):
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.loads += [part.split()[0] for name in given.keys() & LOADED for part in given[name].split(",") if part.strip()]
        if tag == "link" and set(given.get("rel", "").split()) & LOADING_LINKS or tag in ("use", "image", "base"):
            self.loads.append(given.get("href", ""))
        if "style" in given:
            self.loads += from_css(given["style"])
        if tag == "a":
            self.leads.append(given.get("href", ""))


def from_css(text: str) -> list[str]:
    return [one or other for one, other in FROM_CSS.findall(text)]


def remote(found: list[str], page: str) -> list[str]:
    here = urlsplit(settings.SITE_URL).netloc
    there = [urljoin(page, address) for address in found if not address.startswith("data:")]
    return [address for address in there if urlsplit(address).netloc != here]


def crawled(client: httpx.Client, start: list[str]) -> Iterator[tuple[str, Loads]]:
    """Pages breadth first, one of each shape of address before the second of any."""
    waiting, seen = list(start), set(start)
    while waiting and len(seen) < MOST * 20:
        path = waiting.pop(0)
        answer = client.get(path)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        page = Loads(answer.text)
        yield path, page
        for lead in page.leads:
            place = urlsplit(urljoin(str(answer.url), lead))
            if place.netloc == urlsplit(settings.SITE_URL).netloc and place.path not in seen:
                seen.add(place.path)
                waiting.append(place.path + (f"?{place.query}" if place.query else ""))


@pytest.fixture
def client(site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=30, follow_redirects=True) as client:
        yield client


def test_no_page_loads_anything_from_another_host(client):
    wrong, kinds = [], set()
    for count, (path, page) in enumerate(crawled(client, ["/", "/playground", "/accounts/login/", "/admin/", "/no-such-page"])):
        wrong += [(path, address) for address in remote(page.loads, str(client.base_url.join(path)))]
        kinds.add(path.split("/")[1].partition("?")[0])
        if count == MOST:
            break
    assert wrong == []
    assert kinds >= {"", "models", "providers", "collections", "compare", "rankings", "docs", "playground", "accounts", "admin"}


def test_no_stylesheet_and_no_script_names_another_host():
    wrong = []
    for folder in settings.STATICFILES_DIRS:
        for file in (one for one in folder.rglob("*") if one.suffix in (".css", ".js", ".svg")):
            text = file.read_text("utf-8")
            named = [address for address in from_css(text) if not address.startswith(("data:", "#", ".", "/static/"))]
            named += re.findall(r"""(?:import|fetch|Worker|EventSource)\s*\(?\s*["'`]\w+:""", text)
            wrong += [(file.name, one) for one in named]
    assert wrong == []


@pytest.mark.parametrize("page", [
    '<img src="https://evil.example/x.png">', '<img srcset="/a.png 1x, //evil.example/b.png 2x">',
    '<link rel="preload" href="//evil.example">', '<script src="https://evil.example/x.js"></script>',
    '<p style="background: url(//evil.example)">', '<form action="https://evil.example">',
    '<svg><use href="https://evil.example/i.svg#a"></use></svg>', '<video poster="http://evil.example/x">',
])  # fmt: skip
def test_it_would_be_seen(page):
    assert remote(Loads(page).loads, f"{settings.SITE_URL}/models") != []
