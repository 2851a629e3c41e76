"""The snippets of CONTRIBUTING.md and docs/recipes.md import what there is, and name files that exist."""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "docs" / "recipes.md"]
# What the recipes invent: the package care, its pages and names.
INVENTED = re.compile(r"care|NAME|NNNN|PUBLISHER", re.IGNORECASE)
# An entry of a table such as REACTIONS, which other lines surround.
ENTRY = re.compile(r"\s+[\w.]+: \w+\(.*\),\s*")
SNIPPETS = [
    pytest.param(ast.parse(textwrap.dedent(code)), id=f"{path.name}:{number}")
    for path in PAGES
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", path.read_text(), re.DOTALL), start=1)
    if not ENTRY.fullmatch(code)
]


def exists(module: str, name: str) -> bool:
    """Return whether ``from module import name`` succeeds."""
    found = import_module(module)
    return hasattr(found, name) or (hasattr(found, "__path__") and find_spec(f"{module}.{name}") is not None)


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_what_a_snippet_imports_exists(snippet: ast.Module) -> None:
    wrong = [
        f"from {node.module} import {alias.name}"
        for node in ast.walk(snippet)
        if isinstance(node, ast.ImportFrom) and not INVENTED.search(node.module or "")
        for alias in node.names
        if not exists(node.module or "", alias.name)
    ]

    assert wrong == [], "correct the recipe"


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_snippet_imports_or_defines_what_it_uses(snippet: ast.Module) -> None:
    nodes = list(ast.walk(snippet))
    known = set(dir(builtins)) | {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    known |= {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    known |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    known |= {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    known |= {node.name for node in nodes if isinstance(node, ast.ExceptHandler) and node.name}
    used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}

    assert used - known == set(), "add the import to the recipe, so that it can be copied"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_files_that_the_recipes_name_exist(path: Path) -> None:
    named = re.findall(
        r"`((?:tests|kashcraft|docs|templates|migrations)/[\w/.-]*)(?:::\w+)?`",
        path.read_text(),
    )

    assert [name for name in named if not INVENTED.search(name) and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", [*PAGES, ROOT / "README.md"], ids=lambda path: path.name)
def test_targets_of_make_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", path.read_text(), re.MULTILINE))

    assert named - targets == set()
