"""Reads typed values from environment variables, and says which one is wrong instead of guessing."""

import json
import os
import re
import secrets
from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_int(name: str, default: int, minimum: int = 0, maximum: int = 999_999_999) -> int:
    value = env(name, str(default))
    if not value.isdecimal() or len(value) > 9 or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name} must be a whole number from {minimum} to {maximum}, not {value[:40]!r}.")
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


def env_decimal(name: str, default: str, minimum: str = "0", below: str = "1000000000") -> Decimal:
    value = env(name, default)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ImproperlyConfigured(f"{name} must be a number, not {value[:40]!r}.") from None
    if not number.is_finite() or not Decimal(minimum) <= number < Decimal(below):
        raise ImproperlyConfigured(f"{name} must be at least {minimum} and below {below}, not {value[:40]}.")
    return number


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = env(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def parts(name: str, value: str, wanted: str, schemes: Collection[str], host: bool = True) -> SplitResult:
    """An address taken apart. A wrong one is not repeated: it may hold a password."""
    try:
        url = urlsplit(value)
        fits = url.scheme in schemes and (url.hostname or not host) and url.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise ImproperlyConfigured(f"{name} must be {wanted}.")
    return url


def env_url(name: str, default: str = "", letter: bool = False) -> str:
    """An address of the web without a slash at its end; where it may be a `letter`, also `mailto:someone@example.com`."""
    value = env(name, default).rstrip("/")
    if letter and re.fullmatch(r"mailto:[^\s@?]+@[^\s@?]+(\?\S*)?", value):
        return value
    if value:
        kinds = "an http or https address such as https://example.com" + (", or mailto:someone@example.com" if letter else "")
        parts(name, value, kinds, ("http", "https"))
    return value


def env_gateway(name: str) -> str:
    """What the gateway's client takes, so that a wrong address or key shows when the site starts and not in a run."""
    value = env_url(name)
    if value and ("@" in urlsplit(value).netloc or "?" in value or "#" in value):
        raise ImproperlyConfigured(f"{name} must have no user, query or fragment; the key goes into GATEWAY_KEY.")
    return value


def env_key(name: str) -> str:
    value = env(name)
    if not re.fullmatch("[!-~]*", value):
        raise ImproperlyConfigured(f"{name} must be letters, digits and marks without spaces: it is sent in a header.")
    return value


def env_redis(name: str) -> str:
    value = env(name)
    if value:
        parts(name, value, "an address such as redis://127.0.0.1:6379/0", ("redis", "rediss", "unix"), host=False)
    return value


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
MAIL_WAITS = 10  # seconds


def env_mail(name: str) -> dict[str, dict]:
    """Django's MAILERS of `smtp+tls://user:password@host:587`, which begins plain and turns secure (`smtps` is so from the
    start); empty where no letters are to be sent.
    """
    if not env(name):
        return {}
    url = parts(name, env(name), "an address such as smtp+tls://user:password@host:587", MAIL_PORTS)
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


def env_folder(name: str, default: Path) -> Path:
    """A folder that can be written to; made where there is none."""
    value = Path(env(name, str(default))).absolute()
    try:
        value.mkdir(parents=True, exist_ok=True)
        fits = os.access(value, os.W_OK | os.X_OK)
    except OSError:
        fits = False
    if not fits:
        raise ImproperlyConfigured(f"{name} must be a folder in which this user may write; {str(value)!r} is none.")
    return value


def env_storage(name: str, options: dict) -> dict:
    """One of Django's storages by its class, such as `storages.backends.s3.S3Storage`, with its options; else a folder."""
    value = env(name)
    if value and not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", value):
        raise ImproperlyConfigured(f"{name} must be the dotted name of a class such as storages.backends.s3.S3Storage.")
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"allow_overwrite": True}}
    return {"BACKEND": value, "OPTIONS": options} if value else folder


def env_object(name: str) -> dict:
    """A JSON object. A wrong one is not repeated: it may hold a secret."""
    try:
        told = json.loads(env(name, "{}"))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ImproperlyConfigured(f'{name} must be a JSON object such as {{"bucket_name": "modelry"}}.')
    return told


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


def env_words(name: str, default: tuple[str, ...], choices: tuple[str, ...]) -> list[str]:
    """A list of which each word is one of `choices`."""
    found = env_list(name, default)
    if strange := [word for word in found if word not in choices]:
        raise ImproperlyConfigured(f"{name} must be of {', '.join(choices)}, with commas, not {strange[0][:40]!r}.")
    return found


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
    if not env("DATABASE_URL"):
        return sqlite(data_dir / "modelry.sqlite3")
    wanted = "an address such as postgres://user:password@host:5432/name"
    url = parts("DATABASE_URL", env("DATABASE_URL"), wanted, ("postgres", "postgresql"), host=False)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_HEALTH_CHECKS": True,
        # Seconds and milliseconds until a server that is silent counts as away.
        "OPTIONS": {"connect_timeout": 3, "tcp_user_timeout": 5000, "keepalives_idle": 10, "keepalives_interval": 3},
    }


LOCKED_WAITS = 5  # seconds that a visitor may wait until another process has written


def sqlite(file: Path) -> dict:
    # WAL lets readers go on while one process writes; IMMEDIATE takes the write lock before reading, so no upgrade can fail.
    # FULL has the disk write before a commit returns: what was acknowledged outlives a power cut, as in PostgreSQL.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
    options = {"transaction_mode": "IMMEDIATE", "init_command": pragmas, "timeout": LOCKED_WAITS}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": options}
