"""Statements that are built once, for each database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.models import User
from kashcraft.core.db import db, insert_into, step
from kashcraft.core.ids import new_id
from kashcraft.core.statements import insert_if_absent, per_dialect, run


def values(name: str = "ada") -> dict[str, Any]:
    address = f"{name}@shop.example"
    return {"id": new_id(), "email": address, "email_key": address, "full_name": name}


def test_a_statement_is_built_once_for_each_set_of_arguments(
    database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[tuple[str, str]] = []

    @per_dialect
    def statement(name: str) -> Any:
        built.append((db.engine.dialect.name, name))
        return insert_into(User).values(full_name=name)

    first = statement("Ada")
    assert statement("Ada") is first
    assert statement("Grace") is not first
    here = db.engine.dialect.name
    assert built == [(here, "Ada"), (here, "Grace")]

    monkeypatch.setattr(db.engine.dialect, "name", "another")
    assert statement("Ada") is not first
    assert built[2:] == [("another", "Ada")]


def test_a_row_is_inserted_only_if_absent(database: Flask) -> None:
    with step():
        ada = insert_if_absent(User, values(), unique=("email_key",))
        again = insert_if_absent(User, values() | {"full_name": "Eve"}, unique=("email_key",))
    assert ada is not None
    assert (ada.full_name, again) == ("ada", None)
    assert db.session.scalars(sa.select(User.full_name)).all() == ["ada"]


def test_an_inserted_row_is_not_read_until_another_column_is_needed(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    with step():
        with count_statements() as inserted:
            ada = insert_if_absent(User, values(), unique=("email_key",))
        assert ada is not None
        with count_statements() as given:
            assert (ada.email, ada.full_name) == ("ada@shop.example", "ada")
        with count_statements() as loaded:
            assert ada.secret_version == 1
        ada.full_name = "Ada King"
    assert (len(inserted), len(given), len(loaded)) == (1, 0, 1)
    assert db.session.scalars(sa.select(User.full_name)).all() == ["Ada King"]


def test_statements_run_only_in_a_step_and_roll_back_with_it(database: Flask) -> None:
    insert = sa.insert(User).values(**values())
    with pytest.raises(RuntimeError, match="a write outside a step"):
        run(insert)
    with pytest.raises(ZeroDivisionError), step():
        run(insert)
        raise ZeroDivisionError
    assert db.session.scalars(sa.select(User.full_name)).all() == []
    with step():
        run(insert)
    assert db.session.scalars(sa.select(User.full_name)).all() == ["ada"]
