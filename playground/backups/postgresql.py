"""PostgreSQL's own programs, pg_dump and pg_restore. They must be there, and no older than the server."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from playground.backups import Refused

KEPT = "before_restore_"  # schemas in which a restore keeps what was there


def dump(place: Path, snapshot: str) -> None:
    """The schema `public` as the transaction sees it that exported `snapshot`."""
    program("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--exclude-schema={KEPT}*", f"--file={place}")


def load(place: Path) -> None:
    """Into an empty schema `public`: all or nothing."""
    name = connection.settings_dict["NAME"]
    rules = ("--schema=public", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    program("pg_restore", *rules, f"--dbname={name}", str(place))


def program(name: str, *words: str) -> None:
    done = subprocess.run([found(name), *words], env=environment(), capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"{name} failed: {done.stderr.strip()[-500:]}")


def found(name: str) -> str:
    """The program's path. Raises Refused where it is missing, or older than the server."""
    path, server = shutil.which(name), connection.pg_version // 10_000
    if path is None:
        raise Refused(f"{name} was not found. Install PostgreSQL's client programs, version {server} or newer.")
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"\d+", told)
    if version is None or int(version[0]) < server:
        raise Refused(f"{name} is older than the server, which has version {server}: {told.strip()}. Install a newer one.")
    return path


def environment() -> dict[str, str]:
    """How to reach the database: no password in the list of processes."""
    told = connection.settings_dict
    names = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    return os.environ | {name: str(told[key]) for name, key in names.items() if told[key]}


def sessions() -> int:
    """How many others are connected to this database."""
    with connection.cursor() as cursor:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        (count,) = cursor.execute(others + " AND backend_type = 'client backend'").fetchone()
    return count


def set_aside(name: str) -> None:
    run(f'ALTER SCHEMA public RENAME TO "{name}"', "CREATE SCHEMA public")


def put_back(name: str) -> None:
    run("DROP SCHEMA public CASCADE", f'ALTER SCHEMA "{name}" RENAME TO public')


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
