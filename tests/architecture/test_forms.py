"""All forms read whole numbers with the same field."""

from __future__ import annotations

import ast

from wtforms import IntegerField

from kashcraft.core.forms import WholeField
from tests.architecture.source import modules

ONE_READING = "kashcraft.core.forms"
OTHERS = {"IntegerField", "IntegerRangeField", "DecimalField", "FloatField"}


def test_no_form_uses_another_field_for_whole_numbers() -> None:
    strange = [
        module.at(node.lineno)
        for module in modules()
        if ".".join(("kashcraft", *module.parts)) != ONE_READING
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom | ast.Name | ast.Attribute) and _named(node) & OTHERS
    ]

    assert strange == []


def test_the_field_for_whole_numbers_is_an_integer_field() -> None:
    assert issubclass(WholeField, IntegerField)


def _named(node: ast.ImportFrom | ast.Name | ast.Attribute) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {alias.name for alias in node.names}
    return {node.id if isinstance(node, ast.Name) else node.attr}
