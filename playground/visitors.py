"""Who is asking: a random id in the session, the account where one is signed in, and a digest of the network address."""

import hashlib
import hmac
import uuid
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone


class Owner(NamedTuple):
    """Whose runs, shares and presets these are: the browser's, and those that the account made elsewhere."""

    visitor: uuid.UUID | None
    user: Any = None

    @property
    def rows(self) -> Q:
        """Nobody's for a browser that has never run anything."""
        told = {name: value for name, value in self._asdict().items() if value is not None}
        return Q(*told.items(), _connector=Q.OR) if told else Q(pk__in=[])


class OwnedQuerySet(models.QuerySet):
    """Of tables with the columns `visitor` and `user`, perhaps `token`."""

    def of(self, owner: Owner) -> "OwnedQuerySet":
        return self.filter(owner.rows)

    def at(self, token: str) -> "OwnedQuerySet":
        """The one whose address has this token, which may be anything: PostgreSQL takes no NUL."""
        return self.none() if "\0" in token else self.filter(token=token)


def owner(request: HttpRequest, make: bool = False) -> Owner:
    """Who asks; with `make`, a browser that is not known yet is given an id. Touches the session's store."""
    user = request.user if request.user.is_authenticated else None  # first: a session from before a new password is emptied by it
    return Owner(visitor(request, make), user)


def visitor(request: HttpRequest, make: bool = False) -> uuid.UUID | None:
    known = request.session.get("visitor")
    if known is None and make:
        known = request.session["visitor"] = str(uuid.uuid4())
        request.session.save()
    return uuid.UUID(known) if known else None


def address(request: HttpRequest) -> str:
    """A digest of the network address that cannot be turned back and is another one tomorrow."""
    told = f"{timezone.localdate()} {network(request.META.get('REMOTE_ADDR', ''))}"
    return hmac.new(settings.SECRET_KEY.encode(), told.encode(), hashlib.sha256).hexdigest()


def network(told: str) -> str:
    """An address as limits count it: of IPv6 the first 64 bits, since a customer has at least all the addresses behind them."""
    try:
        found = ip_address(told)
    except ValueError:
        return told
    return str(ip_network(f"{found}/64", strict=False)) if found.version == 6 and not found.ipv4_mapped else told
