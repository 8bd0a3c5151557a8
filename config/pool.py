"""The connections to PostgreSQL that a process of the site shares among its requests. Commands do without: theirs is one."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    from psycopg import Connection

WAITS = 3  # seconds: for a connection that is free, and for the answer of one that lay idle


def share() -> None:
    """From now on requests take their connections from a pool, and give them back when they end."""
    if connection.vendor == "postgresql":
        connection.settings_dict["OPTIONS"]["pool"] = options()


def options() -> dict[str, Any]:
    # Once it has given up, a pool tries again as soon as somebody asks: several times a second, and not ever more rarely.
    bounds = {"min_size": 1, "max_size": settings.DATABASE_CONNECTIONS, "timeout": WAITS, "reconnect_timeout": 1}
    return bounds | {"check": check}


def check(idle: Connection) -> None:
    """Raises OperationalError for a connection that broke while it lay idle; psycopg's own check would wait for ever where a
    server that hangs still has the line open.
    """
    from psycopg import OperationalError

    asked = idle.pgconn
    asked.send_query(b"")
    while asked.flush() or asked.is_busy():
        if not select.select([asked.socket], [], [], WAITS)[0]:
            raise OperationalError("the server is silent")
        asked.consume_input()
    while asked.get_result():
        pass
