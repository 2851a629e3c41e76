"""A file that cannot be taken is refused whole, with every error in words."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core.db import step
from kashcraft.inventory import services as inventory
from kashcraft.inventory.models import HolderKind
from tests.conftest import NOW
from tests.functional.test_product_csv_import import (
    GOOD,
    HEADINGS,
    by_sku,
    page,
    run,
    save,
    state,
)


def test_one_wrong_row_stops_the_import_and_every_error_is_reported(app: Flask, tmp_path: Path) -> None:
    before = state(app)
    file = save(
        tmp_path / "a.csv", *GOOD, "a,A,,,,,,,,,,shopify,2.5,x,,,,", "b,B,,,,,,,,,,shopify,1,5.00,,,gone.jpg,"
    )

    for mode in ([], ["--dry-run"]):
        result = run(app, "import", str(file), *mode)

        assert result.exit_code == 1
        assert result.stderr.splitlines() == [
            "Error: nothing was imported:",
            "row 5, Variant Inventory Qty: “2.5” is not a whole number of pieces",
            "row 5, Variant Price: “x” is not an amount; write it like 1234.50",
            "row 6, Image Src: “gone.jpg”: there is no such picture beside the file",
        ]
        assert state(app) == before


def test_other_options_are_refused(app: Flask, tmp_path: Path) -> None:
    run(app, "import", str(save(tmp_path / "a.csv", *GOOD)))

    result = run(
        app,
        "import",
        str(
            save(
                tmp_path / "b.csv",
                "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price",
                "ring,Ring,Colour,Blue,,1.00",
            )
        ),
    )

    assert result.stderr.splitlines()[1:] == [
        "row 2, Option1 Name: the shop has this product with the options Size, the file with Colour",
    ]


def test_strictly_every_note_is_a_refusal(app: Flask, tmp_path: Path) -> None:
    file = str(
        save(
            tmp_path / "a.csv",
            HEADINGS,
            "a,A,,,,,,,,,,shopify,-2,1.00,,,,",
            "A,A,,,,,,,,,,shopify,2,1.00,,,,",
        )
    )
    before = state(app)

    refused = run(app, "import", file, "--strict")

    assert refused.exit_code == 1
    assert refused.stderr.splitlines() == [
        "Error: nothing was imported:",
        "row 2, Variant Inventory Qty: -2 is imported as 0; there is no stock below zero",
        "row 3, Handle: the address “a” is taken in this file; it gets “a-2”",
    ]
    assert state(app) == before
    assert run(app, "import", file).exit_code == 0


def test_both_runs_refuse_everything_at_once_in_sentences(app: Flask, tmp_path: Path) -> None:
    """A cost is in another currency, and two quantities are held by shoppers."""
    run(app, "import", str(save(tmp_path / "a.csv", *GOOD)))
    seven, honey = by_sku(app, "R-7").id, page(app, "honey").id
    with app.app_context(), step():
        inventory.hold(
            holder_kind=HolderKind.QUICK_CHECKOUT, holder_id=honey, lines=[(honey, 10), (seven, 3)],
            expires_at=NOW.replace(year=2100),
        )  # fmt: skip
    with app.app_context(), step() as session:
        euros = {"currency": "EUR", "cost": 300}
        session.execute(sa.update(Product).where(Product.id == honey).values(euros))
    before = state(app)
    file = save(
        tmp_path / "b.csv",
        *[line.replace("12,14.00", "9,15.00").replace("shopify,3,", "shopify,2,") for line in GOOD],
    )

    for mode in ([], ["--dry-run"]):
        result = run(app, "import", str(file), *mode)
        assert result.stderr.splitlines() == [
            "Error: nothing was imported:",
            "row 2, Variant Inventory Qty: 2 is fewer than the 3 that shoppers hold now",
            "row 4, Variant Inventory Qty: 9 is fewer than the 10 that shoppers hold now",
            "row 4, Variant Price: the shop has amounts of this product in another currency",
        ]
        assert state(app) == before


def test_a_type_that_makes_no_address_is_refused_by_both_runs(app: Flask, tmp_path: Path) -> None:
    file = str(save(tmp_path / "a.csv", HEADINGS, "a,A,,,★,,,,,,,shopify,1,1.00,,,,"))

    for mode in ([], ["--dry-run"]):
        assert run(app, "import", file, *mode).stderr.splitlines() == [
            "Error: nothing was imported:",
            "row 2, Type: “★” has no letters or digits to make the address of a category",
        ]
