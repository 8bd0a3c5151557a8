"""Many runs that arrive in the same instant: each runs or learns when to come again, and nobody fights over the database."""

import asyncio
from collections import Counter

import httpx
from served import ASKED, Served

RUNS, BOUND = 80, 60


async def at_once(site: Served, accept: str) -> Counter[tuple]:
    """Statuses and waits of RUNS requests at once."""
    known = site.visitor()
    assert known.post("/playground/run", data=ASKED).status_code == 200
    headers = {"X-CSRFToken": known.headers["X-CSRFToken"], "Accept": accept}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=site.url, trust_env=False, timeout=120, limits=limits, headers=headers, cookies=dict(known.cookies)
    ) as crowd:
        answers = await asyncio.gather(*(crowd.post("/playground/run", data=ASKED) for _ in range(RUNS)))
    return Counter((answer.status_code, answer.headers.get("Retry-After")) for answer in answers)


def test_a_crowd_runs_up_to_the_bound_and_the_rest_is_told_when_to_come_again(serve):
    site = serve(SITE_RUNS_AT_ONCE=str(BOUND), SANDBOX_PACE_MS="20", DJANGO_SETTINGS_MODULE="impatient_settings")
    told = asyncio.run(at_once(site, "text/event-stream"))
    assert set(told) <= {(200, None), (503, "10")} and told[200, None] >= BOUND
    log = site.log.read_text()
    assert "locked" not in log and "Traceback" not in log
    assert site.rows("SELECT DISTINCT state FROM playground_run") == [("complete",)]
