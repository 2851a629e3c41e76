"""Sales with their days, while product files name other prices: they hold as long as the sale price does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.books.queries import list_differences
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Product
from kashcraft.catalogue.queries.prices import list_price_changes
from kashcraft.catalogue.rules import PageInput, SkuInput
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.money import Money

pytestmark = pytest.mark.usefixtures("frozen")

FEBRUARY, APRIL, MAY = (datetime(2026, month, 4, tzinfo=UTC) for month in (2, 4, 5))


@dataclass(frozen=True)
class Prices:
    """What a bowl costs, in cents, and on which days its sale price holds."""

    regular: int
    sale: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


RUNNING = Prices(10000, 8000, FEBRUARY, MAY)
ENDLESS = Prices(10000, 8000, FEBRUARY)
PLANNED = Prices(10000, 8000, APRIL, MAY)
OVER = Prices(10000, 8000, None, FEBRUARY)
ALWAYS = Prices(10000, 8000)


def sell(app: Flask, prices: Prices) -> None:
    sale = None if prices.sale is None else Money(prices.sale, "USD")
    sold = SkuInput(
        sku="BOWL", price=Money(prices.regular, "USD"), sale_price=sale,
        sale_starts_at=prices.starts_at, sale_ends_at=prices.ends_at,
    )  # fmt: skip
    with app.app_context(), step():
        catalogue.create_product(page=PageInput(name="Bowl"), sold=sold)


def load(app: Flask, file: Path, headings: str, cells: str, *options: str) -> list[str]:
    file.write_text(f"Handle,Title,{headings}\nbowl,Bowl,{cells}\n", encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["catalogue", "import", str(file), *options])
    return (result.stdout or result.stderr).splitlines()


def prices_now(app: Flask) -> Prices:
    with app.app_context():
        row = db.session.scalars(sa.select(Product)).one()
        assert row.price is not None
        return Prices(row.price, row.sale_price, row.sale_starts_at, row.sale_ends_at)


ENDS = "note: row 2, Variant Compare At Price: the sale until May 3, 2026 ends; the file has no sale"
OTHER = "note: row 2, Variant Price: the sale until May 3, 2026 ends; the file's sale has no days"


@pytest.mark.parametrize(
    ("before", "cells", "after", "notes"),
    [
        pytest.param(RUNNING, "80,120", Prices(12000, 8000, FEBRUARY, MAY), [], id="regular price alone"),
        pytest.param(RUNNING, "80,100", RUNNING, [], id="nothing"),
        pytest.param(RUNNING, "100,", Prices(10000), [ENDS], id="sale removed"),
        pytest.param(RUNNING, "70,100", Prices(10000, 7000), [OTHER], id="another sale price"),
        pytest.param(
            ENDLESS, "100,", Prices(10000),
            [ENDS.replace("until May 3", "from February 4")], id="sale without an end removed",
        ),
        pytest.param(PLANNED, "100,", PLANNED, [], id="nothing, the sale being planned"),
        pytest.param(PLANNED, "110,", Prices(11000, 8000, APRIL, MAY), [], id="price before a planned sale"),
        pytest.param(PLANNED, "80,120", Prices(12000, 8000, APRIL, MAY), [], id="the planned sale itself"),
        pytest.param(
            PLANNED, "75,", Prices(7500),
            [ENDS.replace("until", "from April 4, 2026 until")], id="price below a planned sale",
        ),
        pytest.param(
            PLANNED, "90,100", Prices(10000, 9000),
            [OTHER.replace("until", "from April 4, 2026 until")], id="a sale before a planned one",
        ),
        pytest.param(OVER, "80,100", Prices(10000, 8000), [], id="a sale that is over, once more"),
        pytest.param(OVER, "90,", Prices(9000), [], id="price after a sale"),
        pytest.param(ALWAYS, "100,", Prices(10000), [], id="a sale without days removed"),
    ],
)  # fmt: skip
def test_days_of_a_sale_hold_as_long_as_its_price(
    app: Flask, tmp_path: Path, before: Prices, cells: str, after: Prices, notes: list[str]
) -> None:
    sell(app, before)

    output = load(app, tmp_path / "a.csv", "Variant Price,Variant Compare At Price", cells)

    assert prices_now(app) == after
    assert [line for line in output if line.startswith("note: ")] == notes
    again = load(app, tmp_path / "a.csv", "Variant Price,Variant Compare At Price", cells)
    assert again == ["0 created, 0 changed, 1 unchanged"]


def test_a_price_without_compare_at_is_what_is_asked_now(app: Flask, tmp_path: Path) -> None:
    sell(app, RUNNING)

    assert load(app, tmp_path / "a.csv", "Variant Price", "80") == ["0 created, 0 changed, 1 unchanged"]
    assert load(app, tmp_path / "a.csv", "Variant Price", "90")[2] == (
        "note: row 2, Variant Price: the sale until May 3, 2026 ends; the file has no sale"
    )
    assert prices_now(app) == Prices(9000)


def test_files_record_the_prices_that_they_change(app: Flask, tmp_path: Path, frozen: FrozenClock) -> None:
    """A file that changes nothing and a dry run record nothing."""
    sell(app, Prices(12000))
    frozen.advance(days=1)
    prices = "Variant Price,Variant Compare At Price"

    load(app, tmp_path / "a.csv", prices, "100,120", "--dry-run")
    load(app, tmp_path / "a.csv", prices, "90,120")
    load(app, tmp_path / "a.csv", prices, "90,120")

    with app.app_context():
        product = db.session.scalars(sa.select(Product)).one()
        history = [(one.price, one.sale_price) for one in list_price_changes([product.id])]
        assert history == [(12000, None), (12000, 9000)]
        assert (product.reference_price, list_differences()) == (12000, [])


def test_strictly_a_sale_with_days_is_not_ended(app: Flask, tmp_path: Path) -> None:
    sell(app, RUNNING)

    output = load(app, tmp_path / "a.csv", "Variant Price,Variant Compare At Price", "100,", "--strict")

    assert output == ["Error: nothing was imported:", ENDS.removeprefix("note: ")]
    assert prices_now(app) == RUNNING


def test_the_export_of_every_sale_comes_in_without_changes(app: Flask, tmp_path: Path) -> None:
    sell(app, PLANNED)
    file = str(tmp_path / "out.csv")
    runner = app.test_cli_runner()

    runner.invoke(args=["catalogue", "export", file])

    assert runner.invoke(args=["catalogue", "import", file]).stdout == "0 created, 0 changed, 1 unchanged\n"
    assert prices_now(app) == PLANNED
