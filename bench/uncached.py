"""The site without kept pages, for uvicorn: every request is made anew. All else is as it is served.

A query string longer than `LONGEST` is answered and not kept; with a negative bound every one is longer.
"""

from config.asgi import application  # first, for it sets Django up

from catalog import pagecache  # isort: skip

pagecache.LONGEST = -1

__all__ = ["application"]
