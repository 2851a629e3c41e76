"""An import that is killed leaves nothing or all of the file, and nothing in the way of the next one."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.books import queries as books
from kashcraft.catalogue.models import Product
from kashcraft.core.db import Base, db, step
from kashcraft.inventory.models import Inventory
from kashcraft.product_csv.services import ProductFile, import_file
from tests.support.server import ROOT, environment

FIRST = "Handle,Title,Type,Variant SKU,Variant Inventory Qty,Variant Price\nring,Ring,Rings,RING,12,40.00\n"
MANY = [f"piece-{place},Piece {place},Type {place % 7},P-{place},3,9.00\n" for place in range(60)]
CHANGED = "".join([FIRST.replace("12,40.00", "3,41.00"), *MANY])


def killed(app: Flask, point: str, path: Path) -> None:
    """Import a file in another process that is killed at ``point``."""
    database = app.config["SQLALCHEMY_DATABASE_URI"]
    variables = environment(Path(app.instance_path), database, base_url="http://localhost")
    program = subprocess.run(
        [sys.executable, "-m", "tests.crash.importer", point, str(path)],
        cwd=ROOT, env=variables, timeout=120, check=False,
    )  # fmt: skip
    assert program.returncode == -signal.SIGKILL


def import_it(path: Path) -> None:
    file = ProductFile(data=path.read_bytes(), folder=path.parent, currency="USD")
    import_file(file=file, media=path.parent / "media")
    db.session.rollback()


def everything() -> dict[str, list[str]]:
    """Every row of the shop."""
    rows = {
        table.name: sorted(map(repr, db.session.execute(sa.select(table)).all()))
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return rows


def copies(app: Flask) -> list[str]:
    return [path.name for path in (Path(app.instance_path) / "staged").glob("copy*")]


@pytest.mark.parametrize("point", ["long part", "counting", "catalogue's number", "uncommitted", "committed"])
def test_a_killed_import_has_done_nothing_or_all(database: Flask, tmp_path: Path, point: str) -> None:
    path = tmp_path / "products.csv"
    path.write_text(FIRST)
    import_it(path)
    before = everything()
    path.write_text(CHANGED)

    killed(database, point, path)

    on_a_copy = point == "long part" and db.engine.dialect.name == "sqlite"
    assert copies(database) == (["copy.db"] if on_a_copy else [])
    if point != "committed":
        # PostgreSQL releases the row locks of the killed process after a moment; wait for them.
        with step() as session:
            session.execute(sa.select(Inventory.id, Product.id).join(Product).with_for_update())
        assert everything() == before
        import_it(path)
    ring = sa.select(Product.price, Inventory.quantity).join(Inventory, Inventory.product_id == Product.id)
    assert db.session.execute(ring.where(Product.sku == "RING")).one() == (4100, 3)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Product)) == 61
    assert books.list_differences() == []
    assert copies(database) == []
