"""Who may import whom: `config > playground > catalog > gateway`, and nobody a private name."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("gateway", "catalog", "playground", "config")


def modules(folder: str) -> list[Path]:
    return [file for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts]


def imported(file: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_downwards(layer):
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    wrong = {(file.name, name) for file in modules(layer) for name in imported(file) if name.partition(".")[0] in above}
    assert modules(layer) and wrong == set()


def test_gateway_knows_no_django():
    assert not {name for file in modules("gateway") for name in imported(file) if name.partition(".")[0] == "django"}


@pytest.mark.parametrize("layer", LAYERS)
def test_nobody_imports_private_names(layer):
    nodes = [(file, node) for file in modules(layer) for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    names = {(f.name, a.name) for f, n in nodes if isinstance(n, ast.ImportFrom) for a in n.names if re.match("_(?!_)", a.name)}
    assert names == set()
