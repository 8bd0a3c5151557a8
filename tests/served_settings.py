"""The site's settings for a server of its own in tests: plain static files, quick passwords, room for many runs."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RUNS_PER_MINUTE, RUNS_AT_ONCE, SIGN_INS_PER_MINUTE = 1_000_000, 1000, 1000
