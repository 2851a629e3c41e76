"""Only ``inventory`` calculates available units from units on hand and held units."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import files, matches, modules

DEFINITION = {("inventory", "rules"), ("inventory", "queries", "availability")}
# The database computes this column; the model contains the formula.
MODEL = ("inventory", "models")


def test_no_python_code_subtracts_held_units() -> None:
    wrong = [
        f"{module.at(node)}: {ast.unparse(node)}"
        for module in modules()
        if module.parts not in DEFINITION
        for node in ast.walk(module.tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and _is_held(node.right)
    ]

    assert wrong == []


def test_no_sql_text_and_no_template_subtracts_held_units() -> None:
    pattern = r"quantity\s*-\s*[\w.]*reserved\b"
    texts = [
        f"{module.at(node)}: {node.value}"
        for module in modules()
        if module.parts != MODEL
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(pattern, node.value)
    ]

    assert texts == []
    assert [found for path in files("templates", ".html", ".txt") for found in matches(path, pattern)] == []


def test_other_packages_get_available_units_from_inventory() -> None:
    wrong = [
        module.at(node)
        for module in modules()
        if module.package != "inventory"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "available"
        and ast.unparse(node.value) in {"Inventory", "INVENTORY.c"}
    ]

    assert wrong == []


def _is_held(node: ast.expr) -> bool:
    """Return whether an expression ends in the held units: ``stock.reserved``."""
    return re.search(r"\breserved\b[\"'\])]*$", ast.unparse(node)) is not None
