"""The steps that make this site one's own: what is done, what was seen of it, and the way on."""

from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from catalog import snapshot, syncing
from catalog.cards import Card
from catalog.figures import money
from catalog.models import Model
from playground.guide import words
from playground.guide.checking import ANSWERED, Check
from playground.models import Run

RIGHT = "catalog.change_source"  # the one right that has to do with settings: editors have it not
STATES = {"done": "Done", "todo": "To do", "fault": "Fault", "unknown": "Not known yet"}
ACCESS = {
    "public": "Anyone may run models", "login": "Those who are signed in may run models",
    "staff": "Staff alone may run models", "off": "Nobody may run models",
}  # fmt: skip
LARGE = Decimal(50)  # US dollars a day, at which a public site is worth a second look
START = "GATEWAY_URL=https://api.example.com/v1 GATEWAY_KEY=sk-... make run"
PROMPT = "Say hello in five words."
DEFAULT_NAME = "Modelry"


class Step(NamedTuple):
    title: str
    state: str  # a key of STATES
    seen: str
    way: str = ""  # on
    code: str = ""
    link: tuple[str, str] | None = None  # its text and its address

    @property
    def label(self) -> str:
        return STATES[self.state]


def told(check: Check | None) -> dict[str, Any]:
    """The guide, given the last check of the gateway, if there is one."""
    runs = Runs()
    found = [reachable(check), key(check, runs), models(check), test_run(runs), spending(), face()]
    count = {state: sum(step.state == state for step in found) for state in STATES}
    asking = bool(settings.GATEWAY_URL) and check is None
    return {
        "steps": found, "check": check, "gateway": settings.GATEWAY_URL, "asking": asking,
        "count": count, "all_done": count["done"] == len(found),
        "is_open": bool(count["todo"] or count["fault"] or (count["unknown"] and not asking)),
    }  # fmt: skip


def reachable(check: Check | None) -> Step:
    title = "Gateway"
    if not settings.GATEWAY_URL:
        seen = "No gateway is set, so the built-in sandbox answers: what it says is made up and costs nothing."
        return Step(title, "todo", seen, "Start the site with your gateway's address and key:", START)
    if check is None:
        return Step(title, "unknown", f"{words.address()} has not been asked within the last minute.")
    if check.kind in ANSWERED:
        return Step(title, "done", f"{words.address()} answers.")
    seen, way = words.of(check)
    return Step(title, "fault", f"{words.address()}: {seen}", way)


def key(check: Check | None, runs: "Runs") -> Step:
    title = "Key"
    if not settings.GATEWAY_URL:
        return Step(title, "todo", "The sandbox takes any key.", "Follows from the first step.")
    if check is None or check.kind not in ANSWERED:
        return Step(title, "unknown", "This is seen once the gateway answers.")
    if check.kind == "busy":
        return Step(title, "unknown", "The gateway takes no more questions for now (429).", "Check again in a while.")
    return refused(title, check) if check.kind in ("key", "forbidden") else taken(title, check, runs)


def refused(title: str, check: Check) -> Step:
    said = f" It says: {check.said}" if check.said else ""
    if not settings.GATEWAY_KEY:
        seen = f"The gateway asks for a key ({check.status}), and none is set."
        return Step(title, "todo", seen, "Make one at your gateway, and start the site with it:", "GATEWAY_KEY=sk-... make run")
    if check.kind == "key":
        seen = f"The gateway does not accept the key in GATEWAY_KEY (401).{said}"
        return Step(title, "fault", seen, f"Check that it is whole, and neither expired nor of another gateway. {words.AGAIN}")
    seen = f"The gateway knows who asks, but does not let this key list models (403).{said}"
    return Step(title, "fault", seen, "Check the key's rights at your gateway. A firewall before it may also answer so.")


def taken(title: str, check: Check, runs: "Runs") -> Step:
    """The list came. That proves the key only where the list is refused without it; else a run does."""
    if runs.refused_key:
        seen = f"The list came, but the newest run was refused ({runs.newest.status})."
        return Step(title, "fault", seen, "Check the key's rights at your gateway.")
    if not settings.GATEWAY_KEY:
        return Step(title, "done", "The gateway lists its models without a key, and none is set.")
    if check.open is False:
        return Step(title, "done", "With the key in GATEWAY_KEY the list of models comes, and without it it does not.")
    if runs.complete:
        return Step(title, "done", f"A run of {runs.complete.model} was answered with it.")
    return Step(title, "unknown", "The gateway lists its models to anyone, so only a run shows whether it takes the key.")


def models(check: Check | None) -> Step:
    title = "Models"
    if not settings.GATEWAY_URL:
        return Step(title, "todo", "In the sandbox every model can be tried.", "Follows from the first step.")
    served = Model.objects.listed().served().count() if snapshot.synced_at() else 0
    seen = f"{listing(check)}{served or 'None'} of the catalog's models are known to be on this gateway."
    last = syncing.last_of("gateway")
    if last and last.state in ("failed", "stopped"):
        failed = f"The last sync, {moment(last.finished or last.started)}, failed: {last.fault}"
        return Step(title, "fault", f"{seen} {failed}", *reading())
    if not served:
        return Step(title, "todo", seen, *reading())
    return Step(title, "done", f"{seen} Last synced {moment(snapshot.synced_at())}.", link=page_of_imports())


def listing(check: Check | None) -> str:
    if check is None or check.models is None:
        return ""
    return f"The gateway lists {'more than ' if check.more else ''}{check.models:,}. "


def reading() -> tuple[str, str, tuple[str, str]]:
    itself = "The site syncs by itself before long. " if syncing.next_of("gateway") else ""
    way = f"{itself}To do it now, press the button in the list of readings or, with the same variables set as for the site:"
    return way, ".venv/bin/python manage.py sync", page_of_imports()


def page_of_imports() -> tuple[str, str]:
    return "List of readings", reverse("admin:catalog_import_changelist")


class Runs:
    """The newest runs at the configured gateway with the site's key."""

    def __init__(self) -> None:
        here = Run.objects.made_here().filter(sandbox=False, own_key=False, url__startswith=settings.PUBLIC_GATEWAY_URL)
        ended = here.exclude(state__in=("running", "stopped")).only("model", "state", "status", "created")
        self.newest = ended.first() if settings.GATEWAY_URL else None
        self.complete = self.newest and ended.filter(state="complete").first()

    @property
    def refused_key(self) -> bool:
        return bool(self.newest and self.newest.state == "error" and self.newest.status in (401, 403))


def test_run(runs: Runs) -> Step:
    title = "Test run"
    if not settings.GATEWAY_URL:
        return Step(title, "todo", "Runs go to the sandbox for now.", "Follows from the first step.")
    if runs.complete:
        return Step(title, "done", f"{runs.complete.model} answered {moment(runs.complete.created)}.")
    if settings.PLAYGROUND_ACCESS == "off":
        return Step(title, "todo", "PLAYGROUND_ACCESS is off, so nothing can be run.", "Set it to staff, public or login.")
    if runs.newest:
        status = f" ({runs.newest.status})" if runs.newest.status else ""
        seen = f"The newest run, of {runs.newest.model} {moment(runs.newest.created)}, was not answered in full{status}."
        return Step(title, "fault", seen, link=try_out())
    seen, link = f"No run at this gateway is known; runs are kept for {settings.RUN_RETENTION_DAYS} days.", try_out()
    way = "" if link else "Once the models are read, the way to try the cheapest one stands here."
    return Step(title, "todo", seen, way, link=link)


def try_out() -> tuple[str, str] | None:
    """The playground with the cheapest chat model that the gateway serves."""
    card = cheapest(snapshot.refresh())
    query = urlencode({"model": card.slug, "prompt": PROMPT}, safe="/:@") if card else ""
    return (f"Try {card.name} in the playground", f"{reverse('playground')}?{query}") if card else None


def cheapest(now: snapshot.Snapshot) -> Card | None:
    """Of those whose price nobody knows any, where there is no other."""
    chats = [card for card in now.cards if card.served and card.endpoints[:1] == ("chat",)]
    return min(chats, key=lambda card: (card.price is None, sum(rate.amount for rate in card.headlines)), default=None)


def spending() -> Step:
    title, budget = "Access and budget", settings.DAILY_BUDGET_USD
    free = "" if settings.GATEWAY_URL else ", which costs nothing in the sandbox"
    limit = f"with no daily budget{free}" if budget is None else f"for {money(budget)} a day at most, all together"
    seen = f"{ACCESS[settings.PLAYGROUND_ACCESS]}, {limit}."
    way = "PLAYGROUND_ACCESS and DAILY_BUDGET_USD set this."
    if settings.PLAYGROUND_ACCESS != "public" or not settings.GATEWAY_URL:
        return Step(title, "done", seen, way)
    if budget is None:
        return Step(title, "fault", f"{seen} Strangers can spend without end.", way)
    if budget > LARGE:
        return Step(title, "todo", f"{seen} That is much for a site on which strangers spend.", way)
    return Step(title, "done", seen, way)


def face() -> Step:
    named = settings.SITE_NAME != DEFAULT_NAME
    seen = f"The site is called {settings.SITE_NAME}{'' if named else ', as it came'}. " + " ".join(
        f"{name}: {getattr(settings, name) or 'none'}." for name in ("CONTACT_URL", "TERMS_URL", "GET_KEY_URL")
    )
    missing = [name for name, is_set in (("SITE_NAME", named), ("CONTACT_URL", settings.CONTACT_URL)) if not is_set]
    way = f"Set {' and '.join(missing)}; TERMS_URL and GET_KEY_URL as you like." if missing else ""
    return Step("Name and contact", "todo" if missing else "done", seen, way)


def moment(when: Any) -> str:
    return f"on {timezone.localtime(when):%Y-%m-%d at %H:%M} UTC"
