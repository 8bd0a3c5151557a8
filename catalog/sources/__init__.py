"""One module a source: each turns that source's raw file into claims about models, without database.

A reader has `KEY` (its name in claims; None where rows name their own), `URL` (where it is read by default, or None),
`fetch(place)` -> raw, with Decimals and never floats, and `translate(raw, as_of)` -> rows and refusals, which is pure.
Some have `providers(raw)` -> name and address of makers and hosts by slug. What cannot be read at all is `Unreadable`.
"""

from types import ModuleType

from catalog.sources import bundle, gateway, litellm, models_dev, openrouter, own_csv, own_json
from catalog.sources.fetching import Unreadable

__all__ = ["READERS", "Unreadable"]

READERS: dict[str, ModuleType] = {
    "bundle": bundle,
    "csv": own_csv,
    "gateway": gateway,
    "json": own_json,
    "litellm": litellm,
    "models_dev": models_dev,
    "openrouter": openrouter,
}
