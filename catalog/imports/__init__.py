"""From the rows of a source to the catalog: `plan` says what would change and writes nothing, `apply` writes it, all or nothing.

A source's rows rewrite what that source says of the models they speak of. Claims of other sources stay, edits among them.
"""

from catalog.imports.applying import apply
from catalog.imports.deciding import apply_decided
from catalog.imports.planning import plan
from catalog.imports.plans import Plan
from catalog.imports.reading import read
from catalog.imports.running import Busy

__all__ = ["Busy", "Plan", "apply", "apply_decided", "plan", "read"]
