"""What was worked out lately, so that it need not be again. It holds no reference to what works it out."""

from collections import OrderedDict
from collections.abc import Callable, Hashable


class Recent[V]:
    """Values by their keys, none of them None: at most `most` of them, or of what `weigh` says that each takes. The one that was
    made first goes first.
    """

    def __init__(self, most: int, weigh: Callable[[V], int] = lambda value: 1):
        self.most, self.weigh = most, weigh
        self.weight = 0
        self.values: OrderedDict[Hashable, V] = OrderedDict()

    def of(self, key: Hashable, make: Callable[..., V], *asked: object) -> V:
        """The value of a key, made by `make(*asked)` where it is not there."""
        value = self.values.get(key)
        if value is None:
            value = self.values[key] = make(*asked)
            self.weight += self.weigh(value)
            while self.weight > self.most:
                self.weight -= self.weigh(self.values.popitem(last=False)[1])
        return value
