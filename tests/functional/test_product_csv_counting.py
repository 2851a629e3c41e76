"""Product files say what is counted: an empty inventory tracker means sold without a count, both ways."""

from __future__ import annotations

import csv
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue.models import Product
from kashcraft.core.db import db, step
from kashcraft.inventory import services as inventory
from kashcraft.inventory.models import HolderKind, Inventory
from tests.conftest import NOW
from tests.factories import shopping
from tests.functional.test_product_csv_import import HEADINGS, by_sku, run, save, state
from tests.support.shopper import Shopper, target_of

TEA = HEADINGS + ",Variant Inventory Policy"
BLEND = "tea,Tea blend,,,Pantry,,true,Size,{},{},100,{},{},9.00,,true,,,{}"


def levels(app: Flask) -> dict[str, tuple[bool, int, int]]:
    """Whether each SKU is counted, and its units on hand and held."""
    with app.app_context():
        columns = (Product.sku, Inventory.is_counted, Inventory.quantity, Inventory.reserved)
        rows = db.session.execute(sa.select(*columns).join(Inventory, Inventory.product_id == Product.id))
        return {row[0]: tuple(row[1:]) for row in rows}


def tea(path: Path, *trackers: tuple[str, str]) -> str:
    """Save a file of the tea in two sizes, each with its tracker and quantity."""
    rows = [
        BLEND.format(size, f"T-{size}", tracker, quantity, "deny")
        for size, (tracker, quantity) in zip("SM", trackers, strict=True)
    ]
    return str(save(path, TEA, *rows))


def test_what_has_no_tracker_is_sold_without_a_count(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    """Such variants came in sold out."""
    file = tea(tmp_path / "a.csv", ("", "0"), ("", "7"))
    assert run(app, "import", file).stdout.splitlines() == [
        "created tea",
        "note: 2 new variants are sold without a count, because the file names no inventory tracker",
        "1 created, 0 changed, 0 unchanged",
    ]
    assert levels(app) == {"T-S": (False, 0, 0), "T-M": (False, 0, 0)}
    assert run(app, "import", file).stdout == "0 created, 0 changed, 1 unchanged\n"
    with app.app_context():
        shopping.add_taxes_and_delivery()
    shopper = Shopper(client)
    shopper.add(by_sku(app, "T-S").id, 10)
    assert shopper.pay(target_of(shopper.reach_payment("US"))).status_code == 200
    assert levels(app)["T-S"] == (False, 0, 0)


def test_counting_follows_the_file_both_ways(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    run(app, "import", tea(file, ("", ""), ("shopify", "7")))
    assert levels(app) == {"T-S": (False, 0, 0), "T-M": (True, 7, 0)}
    changed = run(app, "import", tea(file, ("shopify", "5"), ("", "7")))
    assert changed.stdout.splitlines() == [
        "changed tea",
        "  S, counted: “no” -> “yes, 5 on hand”",
        "  M, counted: “yes” -> “no”",
        "0 created, 1 changed, 0 unchanged",
    ]
    assert levels(app) == {"T-S": (True, 5, 0), "T-M": (False, 0, 0)}
    assert run(app, "import", str(file)).stdout == "0 created, 0 changed, 1 unchanged\n"


def test_a_file_without_trackers_leaves_counting_alone(app: Flask, tmp_path: Path) -> None:
    run(app, "import", tea(tmp_path / "a.csv", ("", ""), ("shopify", "7")))
    rows = ("tea,Tea blend,Size,S,T-S,4,9.00", "tea,,Size,M,T-M,6,9.00")
    headings = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price"
    assert (
        "  M, quantity: “7” -> “6”\n"
        in run(app, "import", str(save(tmp_path / "b.csv", headings, *rows))).stdout
    )
    assert levels(app) == {"T-S": (False, 0, 0), "T-M": (True, 6, 0)}


def test_what_is_not_counted_is_exported_without_tracker_and_comes_in_unchanged(
    app: Flask, tmp_path: Path
) -> None:
    run(app, "import", tea(tmp_path / "a.csv", ("", "3"), ("shopify", "7")))
    run(app, "export", str(tmp_path / "out.csv"))
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as out:
        cells = (
            "Variant SKU",
            "Variant Inventory Tracker",
            "Variant Inventory Qty",
            "Variant Inventory Policy",
        )
        found = [tuple(row[cell] for cell in cells) for row in csv.DictReader(out)]
    assert found == [("T-S", "", "", "deny"), ("T-M", "shopify", "7", "deny")]
    before = state(app)
    result = run(app, "import", str(tmp_path / "out.csv"))
    assert (result.stdout, state(app)) == ("0 created, 0 changed, 1 unchanged\n", before)


def test_a_first_count_below_what_shoppers_hold_is_refused(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    run(app, "import", tea(file, ("", ""), ("shopify", "7")))
    product = by_sku(app, "T-S").id
    with app.app_context(), step():
        inventory.hold(
            holder_kind=HolderKind.QUICK_CHECKOUT, holder_id=product, lines=[(product, 3)],
            expires_at=NOW.replace(year=2100),
        )  # fmt: skip
    before = state(app)
    for mode in ([], ["--dry-run"]):
        result = run(app, "import", tea(file, ("shopify", "2"), ("shopify", "7")), *mode)
        assert result.stderr.splitlines() == [
            "Error: nothing was imported:",
            "row 2, Variant Inventory Qty: 2 is fewer than the 3 that shoppers hold now",
        ]
        assert state(app) == before
    run(app, "import", tea(file, ("shopify", "4"), ("", "")))
    assert levels(app) == {"T-S": (True, 4, 3), "T-M": (False, 0, 0)}


def test_what_another_shop_oversells_is_sold_as_long_as_stock_lasts(app: Flask, tmp_path: Path) -> None:
    rows = [
        BLEND.format("S", "T-S", "shopify", "2", "continue"), BLEND.format("M", "T-M", "", "", "continue"),
    ]  # fmt: skip
    said = run(app, "import", str(save(tmp_path / "a.csv", TEA, *rows))).stdout.splitlines()
    assert said[-2] == (
        "note: 1 new variant is sold no longer than the stock lasts, though the file lets them be oversold;"
        " what has no inventory tracker is sold without a count"
    )
    assert levels(app) == {"T-S": (True, 2, 0), "T-M": (False, 0, 0)}


def test_gift_cards_are_never_switched(app: Flask, tmp_path: Path) -> None:
    rows = ("card,Gift card,,,,,true,Title,Default Title,G-1,0,,,25.00,,true,,,true",)
    file = str(save(tmp_path / "a.csv", HEADINGS + ",Gift Card", *rows))
    assert run(app, "import", file).stdout == "created card\n1 created, 0 changed, 0 unchanged\n"
    assert run(app, "import", file).stdout == "0 created, 0 changed, 1 unchanged\n"
