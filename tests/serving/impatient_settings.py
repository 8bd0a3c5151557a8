"""The site with an SQLite that waits for its lock only a moment: a crowd that it bears now it bears with more patience too."""

from plain_settings import *  # noqa: F403
from plain_settings import DATABASES

DATABASES["default"]["OPTIONS"]["timeout"] = 0.5
