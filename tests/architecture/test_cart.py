"""A cart is changed only through an editable cart, which exists only without a pending order."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import Function, Module, calls, modules

OPENER = ("cart", "services", "editing")
TABLES = {"LINES", "CODES", "CARTS", "Cart", "CartLine", "CartCode"}
VERBS = {"insert", "update", "delete"}
WRITERS = {f"{table}.{verb}" for table in TABLES for verb in VERBS} | {
    f"{call}({table})" for table in TABLES for call in ("insert_into", "sa.insert", "sa.update", "sa.delete")
}
# Functions that do not change the content of a cart, or that run after the order.
EXCEPTIONS = {
    "create_cart": "a new cart has no order",
    "set_seen_price": "a price that was looked at changes nothing in the cart",
    "detach_order": "notes the order's end",
    "empty_after_payment": "takes out what the order has bought",
    "purge_abandoned": "leaves carts alone whose order waits",
    "erase_personal_data": "a person is erased only without a pending order",
    "merge_carts": "gives a cart to its owner who has signed in; what it holds goes through an EditableCart",
}


def _modules() -> list[Module]:
    return [module for module in modules() if module.parts[:2] == ("cart", "services")]


def _writes(node: ast.AST) -> Iterator[str]:
    for item in ast.walk(node):
        if isinstance(item, ast.Call):
            written = {
                ast.unparse(item.func),
                f"{ast.unparse(item.func)}({', '.join(map(ast.unparse, item.args))})",
            }
            yield from written & WRITERS


def _takes_an_editable(function: Function) -> bool:
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return any(item.annotation and ast.unparse(item.annotation) == "EditableCart" for item in arguments)


def test_functions_that_change_a_cart_take_an_editable_one() -> None:
    found = {
        function.name: module.at(function)
        for module in _modules()
        for function in module.functions()
        if any(_writes(function))
        and not _takes_an_editable(function)
        and not function.name.endswith("_statement")
    }
    assert found.keys() == EXCEPTIONS.keys(), found


def test_editable_carts_are_created_in_one_place() -> None:
    made = [
        module.at(line)
        for module in modules()
        if module.parts != OPENER
        for line, name in calls(module.tree)
        if name.split(".")[-1] == "EditableCart"
    ]
    assert made == []


def test_statements_that_change_a_cart_are_in_functions() -> None:
    """Statements of ``ordering`` are exempt, because they are about the order of a cart."""
    constants = [
        module.at(node)
        for module in _modules()
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and any(_writes(node))
    ]
    assert {place.split(":")[0] for place in constants} == {"kashcraft/cart/services/ordering.py"}
