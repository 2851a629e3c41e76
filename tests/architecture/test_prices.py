"""Every price of a product is recorded: only one module writes the columns, and it writes the history too."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kashcraft.catalogue.rules import PageInput, SkuInput
from kashcraft.catalogue.services.products import page_columns, sku_columns
from kashcraft.core.money import Money
from tests.architecture.source import Function, Module, calls, modules

WRITER = ("catalogue", "services", "prices")
# Columns that only products and their history have; "price" alone is also a column of delivery prices.
OF_PRODUCTS = {"sale_price", "sale_starts_at", "sale_ends_at", "reference_price"}
COLUMNS = {"price", "currency", *OF_PRODUCTS}


def _functions() -> Iterator[tuple[Module, Function]]:
    for module in modules():
        for function in module.functions():
            yield module, function


def _called(node: ast.AST) -> set[str]:
    return {name.split(".")[-1] for _, name in calls(node)}


def test_only_the_service_of_prices_assigns_them() -> None:
    assigned = [
        module.at(node)
        for module in modules()
        if module.parts != WRITER
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in OF_PRODUCTS
    ]
    assert assigned == []


def test_no_statement_writes_prices() -> None:
    written = [
        module.at(node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values"
        if {keyword.arg for keyword in node.keywords}
        & (COLUMNS if "Product" in ast.unparse(node.func) else OF_PRODUCTS)
    ]
    assert written == []


def test_other_columns_of_a_product_contain_no_price() -> None:
    sold = SkuInput(sku="BOWL", price=Money(100, "USD"), sale_price=Money(90, "USD"))
    assert {*sku_columns(sold), *page_columns(PageInput(name="Bowl"))} & COLUMNS == set()


def test_new_products_open_their_history() -> None:
    built = {
        (module.parts, function.name) for module, function in _functions() if "Product" in _called(function)
    }
    priced = {function.name for _, function in _functions() if "price_columns" in _called(function)}
    assert built == {
        (("catalogue", "services", "products"), "create_product"),
        (("catalogue", "services", "variants"), "create_product_with_variants"),
        (("catalogue", "services", "variants"), "_build_variant"),
    }
    # The row of a product with variants has no price.
    assert priced == {"create_product", "_build_variant", "assign_prices"}
    openers = {function.name for _, function in _functions() if "open_prices" in _called(function)}
    callers = {function.name for _, function in _functions() if "_build_variant" in _called(function)}
    assert openers == callers | {"create_product"}


def test_changed_prices_are_recorded_by_the_function_that_changes_them() -> None:
    changing, recording = (
        {(module.parts, function.name) for module, function in _functions() if name in _called(function)}
        for name in ("assign_prices", "record_prices")
    )
    assert changing == recording
    assert {name for _, name in changing} == {"save_variants", "_update_sold"}
