"""Django's migrate, one at a time: machines that start together on one PostgreSQL would make the same tables."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

MIGRATING = 0x4D696772617465  # the lock under which tables are made; any number that nothing else uses


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor == "sqlite":
            return super().handle(*args, **options)
        with connection.cursor() as cursor:  # the lock goes with the connection, however this ends
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            super().handle(*args, **options)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
