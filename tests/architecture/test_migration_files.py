"""Migrations live longer than the code: they stand alone, are named by time, and go both ways."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import ROOT, files

VERSIONS = files("migrations/versions", ".py")
NAME = re.compile(r"\d{8}_\d{4}_([0-9a-f]{8})_[a-z0-9_]+\.py")


def test_a_migration_is_named_by_its_time_its_revision_and_what_it_does() -> None:
    wrong = []
    for path in VERSIONS:
        named = NAME.fullmatch(path.name)
        if not named or f'revision = "{named[1]}"' not in path.read_text():
            wrong.append(str(path.relative_to(ROOT)))

    assert wrong == []


def test_a_migration_imports_no_code_of_the_shop() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in VERSIONS
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kashcraft"))
        or (isinstance(node, ast.Import) and any(name.name.startswith("kashcraft") for name in node.names))
    ]

    assert wrong == []


def test_a_migration_goes_up_and_down() -> None:
    wrong = []
    for path in VERSIONS:
        defined = {
            node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)
        }
        for name in ("upgrade", "downgrade"):
            body = defined[name].body if name in defined else [ast.Pass()]
            if all(isinstance(item, ast.Pass) for item in body):
                wrong.append(f"{path.relative_to(ROOT)} has no {name}")

    assert wrong == []
