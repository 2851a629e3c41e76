"""A product file is imported while shoppers buy and staff edit the same products."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from kashcraft.books import queries as books
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import CatalogueVersion, Product
from kashcraft.catalogue.rules import PageInput, SkuInput
from kashcraft.core.db import db, in_step
from kashcraft.core.ids import new_id
from kashcraft.core.jobs import Outbox
from kashcraft.core.money import Money
from kashcraft.inventory import services as inventory
from kashcraft.inventory.models import HolderKind, Inventory, InventoryLog
from kashcraft.product_csv.services import ProductFile, import_file
from kashcraft.startup_errors import NO_WRITES
from tests.conftest import NOW
from tests.support.races import at_once, concurrently

# What only a copy of the database allows, or makes possible.
on_sqlite = pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
HEADINGS = "Handle,Title,Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,"
HEADINGS += "Variant Price"
RING = "ring,Ring,Silver,Rings,true,Title,Default Title,RING,{quantity},{price}"
BOWL = "bowl,Bowl,Wood,Bowls,true,Title,Default Title,BOWL,20,30.00"
# The first statement of the long part that writes.
LONG = ("INSERT INTO products", "UPDATE products")

# One of the statements that only a plan makes: the tags of the products.
PLANNED = "SELECT product_attributes.product_id, product_attributes.value"


def file(path: Path, *lines: str) -> str:
    path.write_text("\n".join([HEADINGS, *lines]) + "\n", encoding="utf-8")
    return str(path)


def many(number: int, quantity: int = 7) -> list[str]:
    return [
        f"piece-{place},Piece {place},Maker,Type {place % 9},true,Title,Default Title,P-{place},"
        f"{quantity},9.00"
        for place in range(number)
    ]


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["catalogue", "import", *arguments])


@pytest.fixture
def ring(database: Flask, tmp_path: Path) -> UUID:
    """A ring for 40.00, of which the shop has twelve."""
    assert run(database, file(tmp_path / "first.csv", RING.format(quantity=12, price="40.00"))).exit_code == 0
    return of_sku("RING")


def of_sku(sku: str) -> UUID:
    db.session.rollback()
    return db.session.scalars(sa.select(Product.id).where(Product.sku == sku)).one()


def skus() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Product.sku).where(Product.sku.is_not(None)).order_by("sku")))


def says(product_id: UUID) -> tuple[str, int]:
    db.session.rollback()
    return tuple(
        db.session.execute(sa.select(Product.name, Product.price).where(Product.id == product_id)).one()
    )


def stock_of(product_id: UUID) -> tuple[int, int, int]:
    """Return the units on hand, the held units, and the sum of the ledger."""
    db.session.rollback()
    ledger = sa.select(sa.func.sum(InventoryLog.quantity_change)).where(InventoryLog.product_id == product_id)
    row = sa.select(Inventory.quantity, Inventory.reserved).where(Inventory.product_id == product_id)
    return (*db.session.execute(row).one(), db.session.scalar(ledger) or 0)


def vendor_of(product_id: UUID) -> str:
    return db.session.scalars(sa.select(Product.vendor).where(Product.id == product_id)).one()


def version() -> int:
    db.session.rollback()
    return db.session.scalars(sa.select(CatalogueVersion.version)).one()


def hold(product_id: UUID, units: int) -> UUID:
    holder = new_id()
    inventory.hold(
        holder_kind=HolderKind.QUICK_CHECKOUT,
        holder_id=holder,
        lines=[(product_id, units)],
        expires_at=NOW.replace(year=2999),
    )
    return holder


def change(product_id: UUID, **values: Any) -> Any:
    return db.session.execute(sa.update(Product).where(Product.id == product_id).values(**values))


def test_a_shopper_holds_the_last_units_during_an_import(database: Flask, ring: UUID, tmp_path: Path) -> None:
    with concurrently(database, LONG[0], lambda: in_step(lambda: hold(ring, 12))):
        result = run(database, file(tmp_path / "a.csv", *many(30)))

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "30 created, 0 changed, 0 unchanged")
    assert stock_of(ring) == (12, 12, 12)
    assert len(skus()) == 31


@on_sqlite
def test_what_is_sold_while_a_file_comes_in_goes_off_its_number(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    """The file counts fifteen; five are sold before that is written, so ten are there."""

    def sell() -> None:
        inventory.damage(product_id=ring, quantity=5, key="meanwhile")

    changed = file(tmp_path / "a.csv", RING.format(quantity=15, price="41.00"), BOWL)
    with concurrently(database, LONG[1], lambda: in_step(sell)):
        result = run(database, changed)

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "1 created, 1 changed, 0 unchanged")
    assert (stock_of(ring), says(ring)) == ((10, 0, 10), ("Ring", 4100))
    assert books.list_differences() == []


@on_sqlite
def test_a_product_that_sells_out_during_an_import_does_not_repeat_it(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    """The lists and the version of the catalogue change, but no value that the plan was made from."""
    changed = file(tmp_path / "a.csv", RING.format(quantity=12, price="41.00"))
    before = version()
    with concurrently(database, LONG[1], lambda: in_step(lambda: hold(ring, 12)), times=2) as tries:
        result = run(database, changed)

    assert (result.exit_code, len(tries)) == (0, 1)
    assert (stock_of(ring), says(ring)) == ((12, 12, 12), ("Ring", 4100))
    assert version() > before


def test_a_file_is_planned_with_what_the_shop_says_at_one_moment(
    database: Flask, ring: UUID, tmp_path: Path, count_statements: Callable[[], Any]
) -> None:
    """A shopper holds the last units between two reads of the plan; the plan is not repeated."""
    changed = file(tmp_path / "a.csv", RING.format(quantity=15, price="41.00"))
    before = version()
    with concurrently(database, PLANNED, lambda: in_step(lambda: hold(ring, 12))), count_statements() as seen:
        result = run(database, changed)

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "0 created, 1 changed, 0 unchanged")
    assert sum(text.startswith(PLANNED) for text in seen.texts) == 1
    assert version() > before
    assert (stock_of(ring), says(ring)) == ((15, 12, 15), ("Ring", 4100))


@on_sqlite
def test_units_that_are_held_during_an_import_are_not_removed(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    changed = file(tmp_path / "a.csv", RING.format(quantity=0, price="41.00"), BOWL)
    with concurrently(database, LONG[1], lambda: in_step(lambda: hold(ring, 1))):
        result = run(database, changed)

    assert (result.exit_code, result.stderr) == (
        1,
        "Error: nothing was imported:\nrow 2, Variant Inventory Qty: 0 is fewer than the 1 that shoppers "
        "hold now\n",
    )
    assert (stock_of(ring), says(ring), skus()) == ((12, 1, 12), ("Ring", 4000), ["RING"])


def test_all_quantities_below_the_held_units_are_reported_together(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    run(database, file(tmp_path / "b.csv", BOWL))
    bowl = of_sku("BOWL")
    in_step(lambda: (hold(ring, 3), hold(bowl, 2)))
    fewer = RING.format(quantity=2, price="40.00"), BOWL.replace("20", "1")

    result = run(database, file(tmp_path / "a.csv", *fewer))

    assert result.stderr == (
        "Error: nothing was imported:\n"
        "row 2, Variant Inventory Qty: 2 is fewer than the 3 that shoppers hold now\n"
        "row 3, Variant Inventory Qty: 1 is fewer than the 2 that shoppers hold now\n"
    )


@on_sqlite
def test_an_edit_of_the_same_product_during_an_import_remains(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    def edit() -> None:
        change(ring, vendor="Gold")
        catalogue.touch()

    changed = tmp_path / "a.csv"
    changed.write_text("Handle,Title,Variant SKU,Variant Price\nring,Ring,RING,41.00\n")
    with concurrently(database, LONG[1], lambda: in_step(edit), times=2) as tries:
        result = run(database, str(changed))

    # Nobody edits the product during the second try.
    assert (result.exit_code, len(tries)) == (0, 2)
    assert (says(ring), vendor_of(ring)) == (("Ring", 4100), "Gold")


@on_sqlite
def test_an_edit_of_another_product_does_not_repeat_the_import(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    def edit() -> None:
        catalogue.set_price(product_id=ring, price=Money(3900, "USD"))

    with concurrently(database, LONG[0], lambda: in_step(edit), times=9) as tries:
        result = run(database, file(tmp_path / "a.csv", *many(3)))

    assert (result.exit_code, len(tries)) == (0, 1)
    assert (says(ring), len(skus())) == (("Ring", 3900), 4)


@on_sqlite
def test_an_import_that_is_overtaken_again_and_again_says_so(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    titles = iter(f"Ring {place}" for place in range(9))

    def edit() -> None:
        change(ring, name=next(titles))
        catalogue.touch()

    changed = file(tmp_path / "a.csv", RING.format(quantity=12, price="41.00"), BOWL)
    with concurrently(database, LONG[1], lambda: in_step(edit), times=9) as tries:
        result = run(database, changed)

    assert (result.exit_code, result.stderr) == (
        1,
        "Error: nothing was imported: products of the file were edited during each of five tries; "
        "import it again when nobody edits them\n",
    )
    assert (len(tries), says(ring), skus()) == (5, ("Ring 4", 4000), ["RING"])


def test_a_product_created_during_an_import_at_its_address_is_changed(
    database: Flask, tmp_path: Path
) -> None:
    """The import is planned again, and then changes the product that staff created."""

    def assign() -> None:
        sold = SkuInput(sku="BOWL", price=Money(2900, "USD"))
        bowl = catalogue.create_product(page=PageInput(name="Old bowl", slug="bowl"), sold=sold)
        inventory.open_stock(product_id=bowl.id, quantity=4)

    with concurrently(database, LONG[0], lambda: in_step(assign)):
        result = run(database, file(tmp_path / "a.csv", BOWL))

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "0 created, 1 changed, 0 unchanged")
    assert (says(of_sku("BOWL")), stock_of(of_sku("BOWL"))) == (("Bowl", 3000), (20, 0, 20))
    assert books.list_differences() == []


def test_two_imports_at_once_are_both_there(database: Flask, ring: UUID, tmp_path: Path) -> None:
    one = ProductFile(
        data=Path(file(tmp_path / "a.csv", BOWL, RING.format(quantity=15, price="40.00"))).read_bytes(),
        folder=tmp_path,
        currency="USD",
    )
    two = replace(one, data=Path(file(tmp_path / "b.csv", BOWL, *many(20))).read_bytes())

    answers = at_once(
        database, [lambda file=file: import_file(file=file, media=tmp_path) for file in (one, two)]
    )

    assert [len(report.plans) for report in answers] == [2, 21]
    assert skus() == sorted(["BOWL", "RING", *(f"P-{place}" for place in range(20))])
    assert [stock_of(of_sku(sku)) for sku in ("BOWL", "RING")] == [(20, 0, 20), (15, 0, 15)]
    assert books.list_differences() == []


def test_what_an_import_owes_is_owed_once(database: Flask, ring: UUID, tmp_path: Path) -> None:
    changed = file(tmp_path / "a.csv", RING.format(quantity=3, price="40.00"))

    run(database, changed, "--dry-run")
    assert owed() == []
    run(database, changed)

    assert owed() == [str(ring)]


def owed() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(Outbox.payload).where(Outbox.name == "inventory.tell_low_stock"))
    return [row["product_id"] for row in rows]


@on_sqlite
def test_a_dry_run_begins_no_step(database: Flask, ring: UUID, tmp_path: Path) -> None:
    with recorded_steps(database) as steps:
        result = run(
            database, file(tmp_path / "a.csv", *many(30), RING.format(quantity=3, price="1.00")), "--dry-run"
        )

    assert result.stdout.splitlines()[-1] == "30 created, 1 changed, 0 unchanged"
    assert steps == []


@on_sqlite
def test_a_database_that_takes_no_writes_is_named_and_a_dry_run_needs_none(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    changed = file(tmp_path / "a.csv", RING.format(quantity=3, price="1.00"))
    with closing(sqlite3.connect(db.engine.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        rehearsed, imported = run(database, changed, "--dry-run"), run(database, changed)
        other.execute("ROLLBACK")

    assert (rehearsed.exit_code, rehearsed.stdout.splitlines()[-1]) == (
        0,
        "0 created, 1 changed, 0 unchanged",
    )
    assert (imported.exit_code, imported.stderr) == (
        1,
        f"Error: nothing was imported: {NO_WRITES}\n",
    )
    assert (stock_of(ring), says(ring)) == ((12, 0, 12), ("Ring", 4000))


@on_sqlite
def test_the_only_step_has_few_statements_however_long_the_file(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    def statements(number: int, quantity: int) -> int:
        with recorded_steps(database) as steps:
            run(database, file(tmp_path / "a.csv", *many(number, quantity)))
        assert len(steps) == 1
        return len(steps[0])

    statements(10, 20)
    fresh = [statements(number, 20) for number in (100, 300)]
    counted = [statements(number, 21) for number in (100, 300)]

    assert fresh[0] == fresh[1] <= 12
    assert counted[0] == counted[1] <= 12


@contextmanager
def recorded_steps(app: Flask) -> Iterator[list[list[str]]]:
    """Record the statements of each step on the database, not of those on a copy."""
    steps: list[list[str]] = []
    inside = False

    def look(_: Any, __: Any, text: str, *___: Any) -> None:
        nonlocal inside
        if text.startswith("BEGIN"):
            inside = text == "BEGIN IMMEDIATE"
            steps.extend([[]] if inside else [])
        elif inside:
            steps[-1].append(text)

    sa.event.listen(db.engine, "before_cursor_execute", look)
    try:
        yield steps
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", look)


@on_sqlite
def test_an_import_is_planned_again_when_staff_stop_counting(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    changed = file(tmp_path / "a.csv", RING.format(quantity=15, price="41.00"), BOWL)
    with concurrently(database, LONG[1], lambda: in_step(lambda: inventory.stop_counting(product_id=ring))):
        result = run(database, changed)

    assert result.stdout.splitlines()[-1] == "1 created, 1 changed, 0 unchanged"
    assert (stock_of(ring), says(ring)) == ((0, 0, 0), ("Ring", 4100))
    assert db.session.scalar(sa.select(Inventory.is_counted).where(Inventory.product_id == ring)) is False
    assert books.list_differences() == []


@on_sqlite
def test_the_quantity_of_the_file_wins_when_staff_start_counting(
    database: Flask, ring: UUID, tmp_path: Path
) -> None:
    in_step(lambda: inventory.stop_counting(product_id=ring))
    path = tmp_path / "a.csv"
    path.write_text(
        f"{HEADINGS},Variant Inventory Tracker\n{RING.format(quantity=15, price='41.00')},shopify\n"
    )

    def begin() -> None:
        inventory.start_counting(product_id=ring, quantity=3)

    with concurrently(database, LONG[1], lambda: in_step(begin)):
        result = run(database, str(path))

    assert result.stdout.splitlines()[-1] == "0 created, 1 changed, 0 unchanged"
    assert (stock_of(ring), says(ring)) == ((15, 0, 15), ("Ring", 4100))
