"""The site's settings for tests: a folder of their own, the sandbox as gateway, no pace, plain static files, a free port."""

import atexit
import os
import shutil
import socket
import tempfile

# Tests must neither spend money at a real gateway nor write into the site's own data, whatever the shell has set.
MINE = (
    "ACCESS_LOG ALLOWED_HOSTS CDN_SECONDS CONTACT_URL DAILY_BUDGET_USD DATABASE_CONNECTIONS DATABASE_URL DEBUG DRAIN_SECONDS  "
    "EMAIL_FROM EMAIL_URL FILES_DIR FILES_OPTIONS FILES_STORAGE GATEWAY_KEY  "
    "GATEWAY_URL GET_KEY_URL HOST KEY_PLACEHOLDER KEY_VARIABLE LOG_FORMAT MAX_FILE_MB MAX_OUTPUT_TOKENS METRICS_TOKEN  "
    "PLAYGROUND_ACCESS PUBLIC_GATEWAY_URL REDIS_URL RUNS_AT_ONCE RUNS_PER_MINUTE RUN_RETENTION_DAYS SANDBOX_WEBHOOKS  "
    "SECRET_KEY SIGN_INS_PER_MINUTE SITE_ACCENT SITE_LOGO SITE_NAME SITE_RUNS_AT_ONCE SITE_URL STATIC_ROOT SYNC_EVERY  "
    "SYNC_SOURCES TERMS_URL TOP_UP_FEE TRUSTED_USER_HEADER TRUST_PROXY UNPRICED_RUN_USD VISITORS_PER_ADDRESS VISITOR_KEYS"
).split()
for name in MINE:
    os.environ.pop(name, None)

# Those of `make test-services`; without them SQLite, and no Redis.
for name in ("DATABASE_URL", "REDIS_URL"):
    os.environ[name] = os.environ.get(f"TEST_{name}", "")

# Bound now, served by the `site` fixture: the address that pages and snippets print is where the site will be.
TEST_SOCKET = socket.socket()
TEST_SOCKET.bind(("127.0.0.1", 0))
folder = tempfile.mkdtemp(prefix="modelry-tests-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ.update(DATA_DIR=folder, PORT=str(TEST_SOCKET.getsockname()[1]), SANDBOX_PACE_MS="0")

from config.settings import *  # noqa: E402, F403
from config.settings import DATA_DIR, DATABASES, STORAGES  # noqa: E402

if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, as the site has: a database in memory locks whole tables against other threads.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
