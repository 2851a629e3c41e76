"""docs/schema-map.md says where every given service, model and column lives, and it is true."""

from __future__ import annotations

import re
from importlib.util import find_spec
from types import FunctionType
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import Base
from kashcraft.core.settings import ROOT

TEXT = (ROOT / "docs" / "schema-map.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table whose first heading is this."""
    lines = TEXT[TEXT.index(f"| {heading} |") :].splitlines()
    table = lines[2 : next((number for number, line in enumerate(lines) if not line.startswith("|")), None)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


SERVICES, MODELS, COLUMNS = rows("given service"), rows("given model"), rows("given column")
# What depends on the moment or on settings is a method that takes them.
PROPERTY = (property, FunctionType)
PRESENT = [row for row in COLUMNS if row[2] != "gone"]


def snake_case(name: str) -> str:
    """Return a given name as this code writes it: productId is product_id, streetAddress2 keeps its digit."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


@pytest.fixture
def classes(shop: Flask) -> dict[str, type[Any]]:
    """Every mapped class by its name."""
    return {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}


def test_the_documents_services_models_and_columns_are_all_there() -> None:
    assert (len(SERVICES), len(MODELS), len(COLUMNS)) == (10, 22, 329)
    assert {row[0].split(".")[0] for row in COLUMNS} == {row[0] for row in MODELS}
    assert len({row[0] for row in COLUMNS}) == len(COLUMNS)


@pytest.mark.parametrize("row", SERVICES, ids=lambda row: row[0])
def test_services_name_packages_that_exist(row: list[str]) -> None:
    packages = re.findall(r"`kashcraft/(\w+)`", row[1])
    assert packages
    assert all(find_spec(f"kashcraft.{name}") for name in packages)


def test_models_stand_in_the_module_and_table_that_is_named(classes: dict[str, type[Any]]) -> None:
    for name, module, table in MODELS:
        mapped = classes[name]
        assert (f"`{mapped.__module__}`", f"`{mapped.__tablename__}`") == (module, table)


def test_columns_are_what_the_page_says_they_are(classes: dict[str, type[Any]]) -> None:
    for given, where, kind, how in PRESENT:
        model, attribute = where.strip("`").split(".")
        mapper = sa.inspect(classes[model])
        own_name = where.strip("`") == f"{given.split('.')[0]}.{snake_case(given.split('.')[1])}"
        column = attribute in mapper.column_attrs
        holds = {
            "column": own_name and column,
            "computed": own_name and column and bool(how),
            "property": own_name and isinstance(getattr(classes[model], attribute), PROPERTY) and bool(how),
            "relation": own_name and attribute in mapper.relationships and bool(how),
            "renamed": not own_name and column and bool(how),
            "elsewhere": not given.startswith(f"{model}.") and column and bool(how),
        }
        assert holds[kind], given


def test_computed_columns_have_no_value_of_their_own(classes: dict[str, type[Any]]) -> None:
    for given, where, kind, _ in PRESENT:
        model, attribute = where.strip("`").split(".")
        mapped = sa.inspect(classes[model]).column_attrs.get(attribute)
        column = mapped.columns[0] if mapped is not None else None
        stored = isinstance(column, sa.Column) and column.computed is None
        assert stored is (kind in {"column", "renamed", "elsewhere"}), given


def test_what_is_gone_is_gone_for_a_reason(classes: dict[str, type[Any]]) -> None:
    for given, where, _, how in (row for row in COLUMNS if row[2] == "gone"):
        model, name = given.split(".")
        assert where == "—"
        assert how
        assert not hasattr(classes[model], snake_case(name))


def test_a_renamed_column_still_answers_to_its_given_name(classes: dict[str, type[Any]]) -> None:
    for given, _, _, how in (row for row in COLUMNS if row[2] == "renamed"):
        model, name = given.split(".")
        if f"`{snake_case(name)}` reads" in how:
            assert snake_case(name) in sa.inspect(classes[model]).synonyms
