"""The code of a real run, taken from its page, asks for the same again when it is run as printed."""

import html
import re
from typing import Any

import expected
import httpx
import languages
import pytest
from panels import LANGUAGES, panels

from catalog import snapshot
from catalog.endpoints import uploads

HOSTILE = """It's "odd": $HOME `id` \\ ${x} 日本 'quoted' and 100% {new}"""
EDITED = '{\r\n  "model": "%s",\r\n\t"messages": [{"role": "user", "content": "It\'s $HOME \u200b!"}], "top_k": 5 }'


@pytest.fixture
def ran(site):
    """ran(**fields) posts a run as a script does and gives its record, and its page's code by language and as exact curl."""
    with httpx.Client(base_url=site, timeout=60, headers={"Accept": "application/json"}) as client:
        client.get("/playground", headers={"Accept": "text/html"})
        token = {"X-CSRFToken": client.cookies["csrftoken"], "Referer": f"{site}/playground"}

        def post(**fields: Any) -> tuple[dict[str, Any], dict[str, str]]:
            record = client.post("/playground/run", data=fields, headers=token).raise_for_status().json()
            page = client.get(f"/playground/runs/{record['run']}", headers={"Accept": "text/html"}).text
            exact = re.search(r'id="exact-curl">(.*?)</code>', page, re.DOTALL)
            found = panels(page)["this run"]
            return record, found | ({"exact": html.unescape(re.sub(r"<[^>]+>", "", exact[1]))} if exact else {})

        yield post


def chat() -> str:
    return next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == ("chat",))


@pytest.fixture(params=LANGUAGES.values())
def language(request) -> str:
    if reason := languages.lacking(request.param):
        pytest.skip(reason)
    return request.param


def test_code_of_a_streamed_conversation_runs(ran, language, tmp_path):
    record, code = ran(model=chat(), role="user", content=HOSTILE, temperature="0.3", stream="on")
    done = languages.run(language, code[language], tmp_path)
    assert done.code == 0, done.complaint
    said = done.said if language != "curl" else "".join(re.findall(r'"content":"(.*?)"[,}]', done.said)).replace('\\"', '"')
    assert record["output"].replace("\\", "") in said.replace("\\", "")


def test_code_of_an_edited_body_runs(ran, language, tmp_path):
    record, code = ran(model=chat(), body=EDITED % chat())
    done = languages.run(language, code[language], tmp_path)
    assert done.code == 0, done.complaint
    assert "$HOME" in done.said and "$HOME" in record["output"]


def test_code_of_an_uploaded_file_runs(ran, language, tmp_path):
    model = next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == ("transcription",))
    _, code = ran(model=model, file_sample="on")
    done = languages.run(language, code[language], tmp_path, uploads.MAKERS)
    assert done.code == 0, done.complaint
    assert expected.fault("transcription", done.said, tmp_path) == ""


def test_exact_curl_is_answered_as_the_run_was(ran, tmp_path):
    if reason := languages.lacking("curl"):
        pytest.skip(reason)
    record, code = ran(model=chat(), body=EDITED % chat())
    done = languages.run("curl", code["exact"], tmp_path)
    assert (done.code, done.said) == (0, record["response"]["body"])
