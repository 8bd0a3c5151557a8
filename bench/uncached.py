"""`python -m bench.uncached` serves the site without kept pages: every request is made anew. All else is as it is served.

A query string longer than `LONGEST` is answered and not kept; with a negative bound every one is longer.
"""

import config.asgi  # noqa: F401 - first, for it sets Django up

from catalog import pagecache  # isort: skip
from config import serving  # isort: skip

pagecache.LONGEST = -1

if __name__ == "__main__":
    serving.main()
