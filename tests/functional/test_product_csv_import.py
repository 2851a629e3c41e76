"""Product files in Shopify's format: imported whole or not at all, compared before, and written out again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from kashcraft.catalogue.models import Category, Kind, Product, Status
from kashcraft.core.db import Base, db, step
from kashcraft.inventory import services as inventory
from kashcraft.inventory.models import HolderKind, Inventory
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from tests.conftest import NOW
from tests.factories import shopping
from tests.support.shopper import Shopper, target_of, text_of

HEADINGS = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,"
    "Variant Taxable,Image Src,Image Alt Text"
)
RING = 'ring,Ring,<p>A <b>ring</b>.</p>,Silver & Co,Rings,"Silver, Gift",true,Size,'
GOOD = (
    HEADINGS,
    RING + "7,R-7,11,shopify,3,74.00,90.00,true,https://pictures.example/ring.jpg,A ring",
    "ring,,,,,,,,8,,11,shopify,0,74.00,,true,,",
    "honey,Honey,Plain,,Pantry,,true,Title,Default Title,,350,shopify,12,14.00,,false,,",
)
STORED = "1 picture address was kept; --pictures fetches it\n"


def save(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["catalogue", *arguments])


def state(app: Flask) -> dict[str, list[Any]]:
    """Every row of the shop, as the database has it."""
    with app.app_context():
        return {
            table.name: sorted(map(repr, db.session.execute(sa.select(table)).all()))
            for table in Base.metadata.sorted_tables
        }


def by_sku(app: Flask, sku: str) -> Product:
    with app.app_context():
        return db.session.scalars(sa.select(Product).where(Product.sku == sku)).one()


def page(app: Flask, slug: str) -> Product:
    with app.app_context():
        return db.session.scalars(sa.select(Product).where(Product.slug == slug)).one()


def stock(app: Flask, product: Product) -> int:
    with app.app_context():
        wanted = sa.select(Inventory.quantity).where(Inventory.product_id == product.id)
        return db.session.scalars(wanted).one()


def test_products_are_imported_with_options_prices_stock_and_categories(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", str(save(tmp_path / "a.csv", *GOOD)))

    assert (result.exit_code, result.stdout) == (
        0,
        f"created ring\ncreated honey\n{STORED}2 created, 0 changed, 0 unchanged\n",
    )
    ring, seven, eight, honey = (
        page(app, "ring"),
        by_sku(app, "R-7"),
        by_sku(app, "RING-8"),
        page(app, "honey"),
    )
    assert (ring.kind, ring.status, ring.option_names) == (Kind.PARENT, Status.ACTIVE, ["Size"])
    assert (ring.description, ring.description_html, ring.vendor) == (
        "A **ring**.", "<p>A <strong>ring</strong>.</p>", "Silver & Co",
    )  # fmt: skip
    assert ring.source_urls == ["https://pictures.example/ring.jpg"]
    assert (seven.parent_id, seven.option_values, seven.weight_grams) == (ring.id, {"Size": "7"}, 11)
    assert (seven.price, seven.sale_price, eight.price, eight.sale_price) == (9000, 7400, 7400, None)
    assert (honey.kind, honey.sku, honey.tax_class, seven.tax_class) == (
        Kind.SINGLE,
        "HONEY",
        "none",
        "standard",
    )
    assert [stock(app, product) for product in (seven, eight, honey)] == [3, 0, 12]
    with app.app_context():
        assert sorted(db.session.scalars(sa.select(Category.slug))) == ["more-products", "pantry", "rings"]


def test_a_second_import_changes_nothing(app: Flask, tmp_path: Path) -> None:
    file = str(save(tmp_path / "a.csv", *GOOD))
    run(app, "import", file)
    before = state(app)

    result = run(app, "import", file)

    assert (result.exit_code, result.stdout) == (0, STORED + "0 created, 0 changed, 2 unchanged\n")
    assert state(app) == before


def test_a_dry_run_tells_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    file = save(tmp_path / "a.csv", *GOOD)
    before = state(app)
    assert run(app, "import", str(file), "--dry-run").stdout.endswith("2 created, 0 changed, 0 unchanged\n")
    assert state(app) == before

    run(app, "import", str(file))
    before = state(app)
    save(file, *[line.replace("74.00,90.00", "80.00,").replace("Ring,<p>A", "Band,<p>The") for line in GOOD])
    result = run(app, "import", str(file), "--dry-run")

    assert result.stdout == (
        "changed ring\n"
        "  title: “Ring” -> “Band”\n"
        "  description: “A **ring**.” -> “The **ring**.”\n"
        "  7, price: “74.00 (instead of 90.00)” -> “80.00”\n"
        f"{STORED}0 created, 1 changed, 1 unchanged\n"
    )
    assert state(app) == before


def test_changes_are_written_and_what_the_file_does_not_say_stays(app: Flask, tmp_path: Path) -> None:
    run(app, "import", str(save(tmp_path / "a.csv", *GOOD)))

    result = run(
        app,
        "import",
        str(
            save(
                tmp_path / "b.csv",
                "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty",
                "ring,Band,Size,7,70.00,5",
                "ring,,,9,75.00,2",
                "honey,Honey,Title,Default Title,14.00,",
            )
        ),
    )

    assert result.stdout.splitlines() == [
        "changed ring",
        "  title: “Ring” -> “Band”",
        "  choice: “” -> “9”",
        "  7, price: “74.00 (instead of 90.00)” -> “70.00”",
        "  7, quantity: “3” -> “5”",
        "0 created, 1 changed, 1 unchanged",
    ]
    ring, seven = page(app, "ring"), by_sku(app, "R-7")
    assert (ring.name, ring.description, ring.vendor) == ("Band", "A **ring**.", "Silver & Co")
    assert (seven.name, seven.price, seven.sale_price, seven.weight_grams) == ("Band", 7000, None, 11)
    assert (by_sku(app, "RING-8").status, by_sku(app, "RING-9").price) == (Status.ACTIVE, 7500)
    assert [stock(app, by_sku(app, sku)) for sku in ("R-7", "RING-8", "RING-9")] == [5, 0, 2]


def test_a_failure_in_the_middle_leaves_nothing_behind(app: Flask, tmp_path: Path) -> None:
    file = save(tmp_path / "a.csv", *GOOD)
    run(app, "import", str(file))
    with app.app_context(), step():
        inventory.hold(
            holder_kind=HolderKind.QUICK_CHECKOUT, holder_id=page(app, "honey").id,
            lines=[(page(app, "honey").id, 10)], expires_at=NOW.replace(year=2100),
        )  # fmt: skip
    before = state(app)
    save(file, *[line.replace("shopify,12", "shopify,4").replace(",74.00", ",60.00") for line in GOOD])

    for mode in ([], ["--dry-run"]):
        result = run(app, "import", str(file), *mode)

        assert result.exit_code == 1
        assert result.stderr.splitlines() == [
            "Error: nothing was imported:",
            "row 4, Variant Inventory Qty: 4 is fewer than the 10 that shoppers hold now",
        ]
        assert state(app) == before


def test_what_is_written_out_comes_back_unchanged(app: Flask, tmp_path: Path) -> None:
    Image.new("RGB", (400, 500), "teal").save(tmp_path / "bowl.png")
    save(
        tmp_path / "a.csv",
        *GOOD,
        'bowl,"Bowl, ""blue""",<p>1</p><ul><li>a*b</li></ul>,,Clay,,true,,,,,shopify,1,66.00,,,bowl.png,B',
    )
    run(app, "import", str(tmp_path / "a.csv"))
    before = state(app)

    written = run(app, "export", str(tmp_path / "b.csv"))
    again = run(app, "import", str(tmp_path / "b.csv"))

    assert written.stdout == f"3 products written to {tmp_path / 'b.csv'}\n"
    assert again.stdout == STORED + "0 created, 0 changed, 3 unchanged\n"
    assert state(app) == before


@pytest.fixture
def bracelet(app: Flask, tmp_path: Path) -> None:
    """A bracelet has come in as small shops keep them: no SKUs, one variant sold out, on sale."""
    head = "cord-bracelet,Cord bracelet,<p>Cord and a <b>clasp</b>.</p>,Silver & Co,Bracelet,,true,Color,"
    file = save(
        tmp_path / "bracelet.csv",
        HEADINGS,
        head + "Gold,,28,shopify,1,69.99,85.00,true,https://pictures.example/gold.jpg,A cord bracelet",
        "cord-bracelet,,,,,,,,Silver,,28,shopify,0,55.00,85.00,true,https://pictures.example/silver.jpg,",
    )
    assert run(app, "import", str(file)).stdout.endswith("1 created, 0 changed, 0 unchanged\n")
    stored = "2 picture addresses were kept; --pictures fetches them\n"
    assert run(app, "import", str(file)).stdout == stored + "0 created, 0 changed, 1 unchanged\n"


def test_a_bracelet_without_skus_has_choices_sales_and_stock(app: Flask, bracelet: None) -> None:
    cord = page(app, "cord-bracelet")
    gold, silver = by_sku(app, "CORD-BRACELET-GOLD"), by_sku(app, "CORD-BRACELET-SILVER")

    assert (cord.name, cord.option_names, len(cord.source_urls)) == ("Cord bracelet", ["Color"], 2)
    assert (gold.price, gold.sale_price, gold.weight_grams, stock(app, gold)) == (8500, 6999, 28, 1)
    assert (silver.price, silver.sale_price, stock(app, silver)) == (8500, 5500, 0)
    assert cord.description_html == "<p>Cord and a <strong>clasp</strong>.</p>"


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_an_imported_bracelet_is_seen_and_bought_by_a_guest(
    app: Flask, client: FlaskClient, bracelet: None, htmx: bool
) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
    gold, silver = by_sku(app, "CORD-BRACELET-GOLD"), by_sku(app, "CORD-BRACELET-SILVER")
    shopper = Shopper(client, htmx)

    assert "Cord bracelet" in text_of(client.get("/c/bracelet"))
    assert "$69.99" in text_of(client.get("/p/cord-bracelet"))
    assert shopper.add(silver.id).status_code == 422
    shopper.add(gold.id)
    paid = shopper.pay(target_of(shopper.reach_payment("US")))

    assert paid.status_code == 200
    with app.app_context():
        (order,) = db.session.scalars(sa.select(Order)).all()
        assert (order.status, order.subtotal, order.shipping_total) == (OrderStatus.PAID, 6999, 1200)
    assert stock(app, gold) == 0


def test_an_export_with_all_its_oddities_comes_in_again_without_changes(app: Flask, tmp_path: Path) -> None:
    run(app, "import", str(save(tmp_path / "a.csv", *GOOD)))
    file = save(
        tmp_path / "odd.csv",
        HEADINGS + ",Status",
        "Bowl!,Bowl,,,,,true,Size,S,R-7,5,shopify,-4,10.00,,true,,,active",
        "Bowl!,,,,,,,,s,,5,shopify,3,10.00,,true,,,",
        "Bowl!,,,,,,,,M,B-1,5,shopify,5.0,10.00,,true,,,",
        "bowl,Bowl two,,,,,true,Title,Default Title,B-1,5,,,10.00,,true,,,unlisted",
    )

    first = run(app, "import", str(file))
    before = state(app)
    second = run(app, "import", str(file))

    assert first.stdout.splitlines() == [
        "created bowl-2",
        "created bowl",
        "note: row 2, Handle: the address “bowl” is taken in this file; it gets “bowl-2”",
        "note: row 2, Variant Inventory Qty: -4 is imported as 0; there is no stock below zero",
        "note: row 2, Variant SKU: “R-7” belongs to another product of the shop; this one gets “BOWL-2-S”",
        "note: row 3, Option1 Value: the same choice as in row 2; this row is left out",
        "note: row 3, Option1 Value: “s” is written “S” further up; it is imported so",
        "note: row 5, Status: “unlisted” is imported as draft; the shop has no pages outside its lists",
        "note: row 5, Variant SKU: “B-1” is also the SKU of row 4; this one gets “BOWL”",
        "note: 1 new variant is sold without a count, because the file names no inventory tracker",
        "2 created, 0 changed, 0 unchanged",
    ]
    assert second.stdout.splitlines()[-1] == "0 created, 0 changed, 2 unchanged"
    assert [line for line in second.stdout.splitlines() if not line.startswith("note: row")] == [
        "0 created, 0 changed, 2 unchanged"
    ]
    assert state(app) == before
    assert page(app, "bowl").status is Status.DRAFT
    assert [stock(app, by_sku(app, sku)) for sku in ("BOWL-2-S", "B-1", "BOWL")] == [0, 5, 0]


def test_skus_are_passed_on_within_a_family(app: Flask, tmp_path: Path) -> None:
    head = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price"
    file = save(tmp_path / "a.csv", head, "r,R,Size,S,A,1.00", "r,,,M,B,1.00")
    run(app, "import", str(file))
    small, medium = by_sku(app, "A").id, by_sku(app, "B").id

    save(file, head, "r,R,Size,M,C,1.00", "r,,,S,B,1.00", "r,,,L,A,1.00")
    assert run(app, "import", str(file)).exit_code == 0

    assert (by_sku(app, "C").id, by_sku(app, "B").id) == (medium, small)
    assert by_sku(app, "A").option_values == {"Size": "L"}


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_products_with_the_longest_texts_are_imported_and_bought(
    app: Flask, client: FlaskClient, tmp_path: Path, htmx: bool
) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
    head = (
        "Handle,Title,Vendor,Type,Tags,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,"
        "Option3 Value,Variant SKU,Variant Price,Variant Inventory Qty,SEO Title,SEO Description"
    )
    long = [character * 255 for character in "TVCGNOPQRSU"]
    file = save(tmp_path / "a.csv", head, ",".join(["long", *long, "10.00", "3", "W" * 255, "D" * 1024]))
    assert run(app, "import", str(file)).exit_code == 0
    assert run(app, "import", str(file)).stdout == "0 created, 0 changed, 1 unchanged\n"
    exported = str(tmp_path / "out.csv")
    run(app, "export", exported)
    assert run(app, "import", exported).stdout == "0 created, 0 changed, 1 unchanged\n"

    shopper = Shopper(client, htmx)
    shopper.add(by_sku(app, "U" * 255).id)
    assert shopper.pay(target_of(shopper.reach_payment("US"))).status_code == 200
    with app.app_context():
        (line,) = db.session.scalars(sa.select(OrderLine)).all()
    assert (line.sku, line.name, line.options) == (
        "U" * 255, "T" * 255, ", ".join(f"{name * 255}: {value * 255}" for name, value in ("NO", "PQ", "RS")),
    )  # fmt: skip


def test_a_dry_run_is_the_real_run_taken_back(app: Flask, tmp_path: Path) -> None:
    Image.new("RGB", (400, 500), "teal").save(tmp_path / "bowl.png")
    file = str(save(tmp_path / "a.csv", *GOOD, "bowl,Bowl,,,Clay,,,,,,,shopify,1,66.00,,,bowl.png,A bowl"))
    media = app.config["SETTINGS"].media_path
    before, stored = state(app), sorted(media.rglob("*"))

    looked = run(app, "import", file, "--dry-run")

    assert state(app) == before
    assert sorted(media.rglob("*")) == stored
    done = run(app, "import", file)
    assert (looked.exit_code, looked.stdout) == (done.exit_code, done.stdout)
    assert state(app) != before


def test_descriptions_of_all_sorts_come_back_unchanged(app: Flask, tmp_path: Path) -> None:
    bodies = (
        "<table><tr><th>Size</th><th>M</th></tr><tr><td>Chest</td><td>105 | 110</td></tr></table>",
        "<dl><dt>Care</dt><dd>Cold</dd></dl><h2>A<br>B</h2>",
        "<p><b>Material:</b>wool <i>(soft)</i>s</p><ul><li>a<ol><li>b</li></ol></li></ul><pre>x  y</pre>",
    )
    rows = [f"p{at},P{at},{body},,,,,,,,,shopify,1,1.00,,,," for at, body in enumerate(bodies)]
    file = str(save(tmp_path / "a.csv", HEADINGS, *rows))
    run(app, "import", file)
    exported = str(tmp_path / "out.csv")
    run(app, "export", exported)

    assert "<td>105 | 110</td>" in page(app, "p0").description_html
    for again in (file, exported):
        assert run(app, "import", again).stdout == "0 created, 0 changed, 3 unchanged\n"
