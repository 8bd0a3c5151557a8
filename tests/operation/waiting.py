"""For what happens soon, in another thread or process."""

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "It did not come to pass."
        time.sleep(0.01)
