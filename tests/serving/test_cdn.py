"""What the site tells a CDN in front of it: what it may keep, for how long, and by what it must tell answers apart."""

import httpx
import pytest

from catalog.views.page import public

PUBLIC = ("/", "/models", "/models?modality=chat", "/models/acme/talk-large", "/docs")


def test_an_edit_shows_at_once_unless_an_operator_gives_it_time():
    assert public(0) == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("part", [{}, {"HX-Request-Type": "partial"}])
def test_a_public_page_may_be_kept_and_what_it_depends_on_is_said(serve, part):
    site = serve(CDN_SECONDS="5")
    with httpx.Client(base_url=site.url, trust_env=False, headers=part) as client:
        answers = [client.get(path) for path in PUBLIC * 2]  # made, then kept
    told = [set(answer.headers["cache-control"].split(", ")) for answer in answers]
    assert told == [{"public", "max-age=0", "s-maxage=5", "stale-while-revalidate=5"}] * len(answers)
    assert {answer.headers["vary"] for answer in answers} == {"Accept-Encoding, HX-Request-Type"}
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_what_is_a_visitors_own_is_for_no_cdn(serve):
    site = serve(CDN_SECONDS="5")
    with httpx.Client(base_url=site.url, trust_env=False) as client:
        for path in ("/playground", "/playground/runs", "/accounts/login/", "/admin/login/", "/healthz"):
            told = client.get(path).headers.get("cache-control", "")
            assert "public" not in told and "s-maxage" not in told and ("no-store" in told or "private" in told), path
