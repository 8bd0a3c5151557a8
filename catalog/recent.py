"""What was worked out lately, so that it need not be again. It holds no reference to what works it out."""

from collections import OrderedDict
from collections.abc import Callable, Hashable


class Recent[V]:
    """At most `most` values by their keys, none of them None; the one that was made first goes first."""

    def __init__(self, most: int):
        self.most = most
        self.values: OrderedDict[Hashable, V] = OrderedDict()

    def of(self, key: Hashable, make: Callable[..., V], *asked: object) -> V:
        """The value of a key, made by `make(*asked)` where it is not there."""
        value = self.values.get(key)
        if value is None:
            value = self.values[key] = make(*asked)
            if len(self.values) > self.most:
                self.values.popitem(last=False)
        return value
