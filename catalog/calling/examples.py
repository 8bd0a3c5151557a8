"""What a model's page offers to try. Whoever runs models keeps the examples and puts a reader of them into `readers`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from catalog.cards import Card
from catalog.endpoints import form


@dataclass(frozen=True, slots=True)
class Example:
    """A request to begin with. A blank `model` means every one that answers `endpoint`, has the abilities in `needs` and takes
    the parameters in `carried`, in which the input goes.
    """

    token: str
    name: str
    note: str
    endpoint: str
    model: str
    needs: frozenset[str]
    carried: frozenset[str] = frozenset()

    def fits(self, card: Card) -> bool:
        """Whether `card` can answer it. What nobody knows is left to the visitor only where the model was chosen by hand."""
        if self.endpoint not in card.endpoints or self.model not in ("", card.slug):
            return False
        if not all(card.capabilities.get(need, bool(self.model)) for need in self.needs):
            return False
        return not self.carried or not any(refused and p.name in self.carried for p, refused in form(self.endpoint, card))


Reader = Callable[[], Iterable[Example]]
readers: list[Reader] = []


def read() -> tuple[Example, ...]:
    """All examples, in the order in which they are offered. Asks the database."""
    return tuple(example for reader in readers for example in reader())


def offered(examples: Iterable[Example], card: Card) -> list[Example]:
    """The examples for one model that can be run here: those of its own endpoint before those of others."""
    fitting = [example for example in examples if card.served is not False and example.fits(card)]
    return sorted(fitting, key=lambda example: card.endpoints.index(example.endpoint))
