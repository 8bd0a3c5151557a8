"""One of everything that an address can name, and everybody who might ask for it."""

import json
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from catalog.claims import pins
from catalog.models import Edit, Failure, Import, Match, Model, Proof, Usage
from catalog.vocabulary import FAILURES
from playground.models import Preset, Probe, Run, Share

PEOPLE = ("anonymous", "other", "owner", "staff", "editor", "superuser")
SLUG = "acme/talk-large"
PASSWORD = "correct horse battery"
SCRIPT = {"Accept": "application/json"}


class Pattern(NamedTuple):
    """An address of the URLconf: `route` as it is written there, and the names of its parts."""

    route: str
    parts: tuple[str, ...]


def patterns(inside: URLResolver | None = None, before: str = "") -> Iterator[Pattern]:
    for one in (inside or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield Pattern(route, tuple(one.pattern.converters))
        else:
            yield from patterns(one, route)


class World:
    """`clients` and `users` by who they are; `ids` of what the owner has, and of a row of each table in the admin."""

    def __init__(self) -> None:
        self.clients = {who: Client() for who in PEOPLE}
        self.users = {who: account(who) for who in PEOPLE[1:]}
        for who, user in self.users.items():
            self.clients[who].force_login(user)
        spoken(self.clients["other"])
        self.ids = owned(self.clients["owner"])
        uid, token = urlsafe_base64_encode(force_bytes(self.users["owner"].pk)), default_token_generator.make_token
        self.ids |= {"uidb64": uid, "reset": token(self.users["owner"])}
        self.ids |= {model._meta.label_lower: row.pk for model, row in rows(self.clients["superuser"]).items()}
        kept = (path for folder in ("artifacts", "shares") for path in (settings.DATA_DIR / folder).glob("*/*"))
        self.files = {path: path.read_bytes() for path in kept}
        self.cookies = {who: client.cookies.copy() for who, client in self.clients.items()}

    def restore(self) -> None:
        """Puts back the files that were deleted and the cookies that were changed: no transaction does that."""
        for who, cookies in self.cookies.items():
            self.clients[who].cookies = cookies.copy()
        for path, content in self.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def visitor(self, who: str) -> Client:
        """A browser of this person: what it is told to forget, the next one still knows."""
        client = Client(raise_request_exception=False)
        client.cookies = SimpleCookie({name: cookie.value for name, cookie in self.clients[who].cookies.items()})
        return client

    def address(self, pattern: Pattern, **other: Any) -> str:
        """The address of a pattern, with the ids of what is there, or `other` ids by the name of the part."""
        route = "/" + pattern.route.replace("^(?P<app_label>catalog|playground|auth)/$", "catalog/")
        route = route.replace("(?P<url>.*)$", "no/such/page")
        for part in pattern.parts:
            value = other[part] if part in other else self.value(pattern.route, part)
            route = re.sub(rf"<(\w+:)?{part}>", str(value), route)
        return route

    def value(self, route: str, part: str) -> Any:
        if route.startswith("admin/r/"):
            return {"content_type_id": ContentType.objects.get_for_model(Share).pk}.get(part) or self.ids["playground.share"]
        if part in ("object_id", "pk", "id"):
            return self.ids["catalog.edit" if "/undo/" in route else ".".join(route.split("/")[1:3])]
        if part == "token":
            return self.ids[{"r": "share", "p": "preset", "a": "reset"}[route[0]]]
        if part == "slug":
            return NAMES.get(route.split("/")[0]) or (SLUG if "modelslug" in route else "of-no-provider")
        return self.ids["sound"] if "artifacts" in route and part == "run_id" else self.ids.get(part, PARTS.get(part))


NAMES = {"providers": "acme", "collections": "frontier"}
PARTS = {"form": "json", "name": "none", "path": "models", "n": 0, "position": 0, "reader": "none"}


def account(who: str) -> User:
    rights = {"is_staff": who in PEOPLE[3:], "is_superuser": who == "superuser"}
    user = get_user_model().objects.create_user(who, f"{who}@example.com", PASSWORD, **rights)
    if who == "editor":
        user.groups.add(Group.objects.get(name="Editor"))
    return user


def spoken(client: Client) -> str:
    """Runs a model that answers with a file; the run's id."""
    sent = {"model": "openai/tts-1-hd", "input": "Hello!", "voice": "alloy", "response_format": "wav"}
    return client.post("/playground/run", sent, headers=SCRIPT).json()["run"]


def owned(client: Client) -> dict[str, Any]:
    """What a visitor may have: a sound that is shared, a chat in a column, a preset."""
    sound, chat = spoken(client), {"model": SLUG, "role": "user", "content": "Hello!"}
    columns = chat | {"endpoint": "chat", "column": ["0"], "0.model": SLUG}
    group = client.post("/playground/groups", columns, headers=SCRIPT).json()
    share = client.post(f"/playground/runs/{sound}/share", headers=SCRIPT).json()["url"].rpartition("/")[2]
    client.post("/playground/presets", chat | {"preset_name": "Mine"})
    ids = {"sound": sound, "group_id": group["group"], "run_id": Run.objects.get(group=group["group"]).pk}
    return ids | {"share": share, "preset": Preset.objects.get(name="Mine").token}


def rows(boss: Client) -> dict[Any, Any]:
    """A row of each table that the admin shows."""
    model = Model.objects.get(slug=SLUG)
    pins.edit(model, {"context_window": 4096}, {}, (), "superuser", {})
    now = timezone.now()
    made = [
        Usage.objects.create(model=model, hour=now, source="sandbox"), Match.objects.create(source="gateway", upstream_id="a/b"),
        Proof.objects.create(model=model, ability="tools", passed=True, request="{}"), Edit.objects.get(model=model),
        Failure.objects.create(day=now, kind=next(iter(FAILURES)), what="idle_timeout", first=now, last=now),
        Probe.objects.create(slugs=[SLUG], finished=now), draft(boss), model,
    ]  # fmt: skip
    found = {type(row): row for row in made}
    return {table: desk.get_queryset(None).first() for table, desk in admin.site._registry.items()} | found


def draft(boss: Client) -> Import:
    """A plan that waits for a person."""
    row = {"id": "acme/new", "name": "New", "modality": "chat"}
    file = SimpleUploadedFile("models.json", json.dumps({"object": "list", "data": [row]}).encode())
    boss.post("/admin/catalog/import/read/", {"source": "json", "file": file})
    return Import.objects.get(state="planned")

