"""The PostgreSQL and the Redis of tests that need them: those of TEST_DATABASE_URL and TEST_REDIS_URL, else of this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import redis

from playground.bounds import buckets

POSTGRESQL = os.environ.get("TEST_DATABASE_URL") or "postgres://modelry:x@127.0.0.1:5432/postgres"
REDIS = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"


def postgresql() -> str:
    """The address of a server in which databases may be made. Skips the test where none answers."""
    return POSTGRESQL if answers(POSTGRESQL) else pytest.skip("No PostgreSQL answers (TEST_DATABASE_URL names one).")


def redis_url() -> str:
    """Skips the test where none answers."""
    return REDIS if answers(REDIS) else pytest.skip("No Redis answers (TEST_REDIS_URL names one).")


def empty_redis(url: str) -> redis.Redis:
    """Forgets every limit of earlier tests, which no transaction takes back."""
    server = redis.Redis.from_url(url)
    for key in server.scan_iter(buckets.PREFIX + "*", count=1000):
        server.delete(key)
    return server


@cache
def answers(url: str) -> bool:
    try:
        ping_redis(url) if url.startswith("redis") else ping_postgresql(url)
    except (ImportError, OSError, redis.RedisError):
        return False
    return True


def ping_redis(url: str) -> None:
    with redis.Redis.from_url(url, socket_connect_timeout=2) as server:
        server.ping()


def ping_postgresql(url: str) -> None:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError as fault:
        raise OSError(str(fault)) from fault


@contextmanager
def new_database() -> Iterator[str]:
    """The address of a database that is gone afterwards."""
    import psycopg

    name = f"test_{uuid4().hex[:8]}"
    with psycopg.connect(postgresql(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(POSTGRESQL)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
