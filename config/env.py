"""Reads typed values from environment variables, and says which one is wrong instead of guessing."""

import os
import re
import secrets
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_int(name: str, default: int, minimum: int = 0) -> int:
    value = env(name, str(default))
    if not value.isdecimal() or int(value) < minimum:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {minimum}, not {value!r}.")
    return int(value)


def env_span(name: str, default: str) -> timedelta | None:
    """A span of time such as `30m`, `6h` or `1d`; None for `off`."""
    value = env(name, default).lower()
    found = re.fullmatch(r"([1-9]\d{0,3})([mhd])", value)
    if value != "off" and not found:
        raise ImproperlyConfigured(f"{name} must be a time such as 30m, 6h or 1d, or off, not {value!r}.")
    return timedelta(**{{"m": "minutes", "h": "hours", "d": "days"}[found[2]]: int(found[1])}) if found else None


def env_bool(name: str, default: bool) -> bool:
    value = env(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")
    return value in {"1", "true", "yes", "on"}


def env_decimal(name: str, default: str, minimum: str = "0", below: str | None = None) -> Decimal:
    value = env(name, default)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
    if not number.is_finite() or number < Decimal(minimum) or (below and number >= Decimal(below)):
        top = f" and below {below}" if below else ""
        raise ImproperlyConfigured(f"{name} must be at least {minimum}{top}, not {value}.")
    return number


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = env(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def env_url(name: str, default: str = "", letter: bool = False) -> str:
    """An address of the web without a slash at its end; where it may be a `letter`, also `mailto:someone@example.com`."""
    value = env(name, default).rstrip("/")
    if letter and re.fullmatch(r"mailto:[^\s@?]+@[^\s@?]+(\?\S*)?", value):
        return value
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        kinds = "an http, https or mailto" if letter else "an http or https"
        raise ImproperlyConfigured(f"{name} must be {kinds} address, not {value!r}.")
    return value


def env_redis(name: str) -> str:
    value = env(name)
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} must be an address such as redis://127.0.0.1:6379/0.")  # it may hold a password
    return value


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
MAIL_WAITS = 10  # seconds


def env_mail(name: str) -> dict[str, dict]:
    """Django's MAILERS of `smtp+tls://user:password@host:587`, which begins plain and turns secure (`smtps` is so from the
    start); empty where no letters are to be sent.
    """
    url = urlsplit(env(name))
    if not url.scheme:
        return {}
    if url.scheme not in MAIL_PORTS or not url.hostname:
        raise ImproperlyConfigured(f"{name} must be an address such as smtp+tls://user:password@host:587.")
    options = {"host": url.hostname, "port": url.port or MAIL_PORTS[url.scheme], "timeout": MAIL_WAITS}
    options |= {"username": unquote(url.username or ""), "password": unquote(url.password or "")}
    options |= {"use_tls": url.scheme == "smtp+tls", "use_ssl": url.scheme == "smtps"}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


def env_token(name: str) -> str:
    """A password for a program: long, since nothing slows down whoever guesses."""
    value = env(name)
    if value and not re.fullmatch(r"[!-~]{16,}", value):
        raise ImproperlyConfigured(f"{name} must be at least 16 letters, digits or marks without spaces.")
    return value


def env_header(name: str) -> str:
    value = env(name)
    if value and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", value):
        raise ImproperlyConfigured(f"{name} must be the name of a header such as X-Forwarded-User, not {value!r}.")
    return value


def env_colour(name: str) -> str:
    value = env(name)
    if value and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ImproperlyConfigured(f"{name} must be a colour such as #2a4fb0, not {value!r}.")
    return value


def env_file(name: str) -> str:
    value = env(name)
    if value and not Path(value).is_file():
        raise ImproperlyConfigured(f"{name} must be the path of a file; {value!r} is none.")
    return value


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    return [item.strip() for item in env(name).split(",") if item.strip()] or list(default)


def secret_key(data_dir: Path) -> str:
    """`SECRET_KEY`, else a key made once and kept in `data_dir`, readable by its owner only."""
    if key := env("SECRET_KEY"):
        return key
    file = data_dir / "secret_key"
    if not file.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


def database(data_dir: Path) -> dict:
    """Django's settings for `DATABASE_URL` (`postgres://user:password@host:port/name`), else SQLite in `data_dir`."""
    url = urlsplit(env("DATABASE_URL"))
    if not url.scheme:
        return sqlite(data_dir / "modelry.sqlite3")
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must start with postgres://, not {url.scheme}://.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite(file: Path) -> dict:
    # WAL lets readers go on while one process writes; IMMEDIATE takes the write lock before reading, so no upgrade can fail.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
    options = {"transaction_mode": "IMMEDIATE", "init_command": pragmas, "timeout": 20}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": options}
