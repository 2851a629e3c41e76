"""What a file says of being sold: drafts, archiving, and coming back."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Status
from kashcraft.core import clock
from kashcraft.core.db import step
from tests.functional.test_product_csv_import import (
    GOOD,
    HEADINGS,
    STORED,
    by_sku,
    page,
    run,
    save,
    stock,
)


def test_a_draft_stays_out_of_the_shop_until_it_is_published(app: Flask, tmp_path: Path) -> None:
    file = save(tmp_path / "a.csv", HEADINGS, "a,A,,,,,false,,,,,shopify,1,1.00,,,,")
    run(app, "import", str(file))
    assert page(app, "a").status is Status.DRAFT

    save(file, HEADINGS, "a,A,,,,,true,,,,,shopify,1,1.00,,,,")
    assert "  status: “draft” -> “active”" in run(app, "import", str(file)).stdout
    assert page(app, "a").status is Status.ACTIVE


def with_status(file: Path, status: str) -> str:
    """Copy a file with the status set on every page; return the path of the copy."""
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
    copy = file.with_name(f"{status}.csv")
    with copy.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows({**row, "Status": status if row["Title"] else ""} for row in rows)
    return str(copy)


def test_archiving_by_file_and_activating_by_file_undo_each_other(
    app: Flask, client: FlaskClient, frozen: clock.FrozenClock, tmp_path: Path
) -> None:
    run(app, "import", str(save(tmp_path / "a.csv", *GOOD)))
    exported = tmp_path / "out.csv"
    run(app, "export", str(exported))
    before = {row.slug: row.status for row in (page(app, "ring"), page(app, "honey"))}

    frozen.advance(hours=1)
    result = run(app, "import", with_status(exported, "archived"))
    assert result.stdout.endswith("0 created, 2 changed, 0 unchanged\n")
    assert client.get("/p/ring").status_code == 404
    assert "/p/ring" not in client.get("/sitemap.xml").text
    archived = tmp_path / "archived-out.csv"
    run(app, "export", str(archived))
    assert run(app, "import", str(archived)).stdout == STORED + "0 created, 0 changed, 2 unchanged\n"

    frozen.advance(hours=1)
    active = run(app, "import", with_status(exported, "active"))
    assert active.stdout == (
        "changed honey\n  status: “archived” -> “active”\n"
        "changed ring\n  status: “archived” -> “active”\n"
        f"{STORED}0 created, 2 changed, 0 unchanged\n"
    )
    assert {row.slug: row.status for row in (page(app, "ring"), page(app, "honey"))} == before
    assert client.get("/p/ring").status_code == 200
    assert "/p/ring" in client.get("/sitemap.xml").text
    assert run(app, "import", str(exported)).stdout == STORED + "0 created, 0 changed, 2 unchanged\n"
    again = tmp_path / "again.csv"
    run(app, "export", str(again))
    assert again.read_text() == exported.read_text()


def test_an_archived_family_is_still_changed_by_files(app: Flask, tmp_path: Path) -> None:
    file = save(tmp_path / "a.csv", *GOOD)
    run(app, "import", str(file))
    ring = page(app, "ring")
    with app.app_context(), step():
        catalogue.archive_product(product_id=ring.id)
    run(app, "export", str(tmp_path / "out.csv"))
    text = (tmp_path / "out.csv").read_text().replace("90.00", "95.00")
    (tmp_path / "out.csv").write_text(text)

    result = run(app, "import", str(tmp_path / "out.csv")).stdout
    assert "  7, price: “74.00 (instead of 90.00)” -> “74.00 (instead of 95.00)”\n" in result
    assert (by_sku(app, "R-7").price, by_sku(app, "R-7").status) == (9500, Status.ARCHIVED)


@pytest.mark.parametrize("named", ["R-7", ""], ids=["by its SKU", "by its values"])
def test_a_choice_archived_by_itself_stays_out_until_its_family_names_it(
    app: Flask, client: FlaskClient, tmp_path: Path, named: str
) -> None:
    run(app, "import", str(save(tmp_path / "a.csv", *GOOD)))
    seven = by_sku(app, "R-7")
    with app.app_context(), step():
        catalogue.archive_product(product_id=seven.id)
    exported = tmp_path / "out.csv"
    run(app, "export", str(exported))
    assert "R-7" not in exported.read_text()
    assert run(app, "import", str(exported)).stdout == STORED + "0 created, 0 changed, 2 unchanged\n"

    head = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty"
    result = run(app, "import", str(save(tmp_path / "b.csv", head, f"ring,Ring,Size,7,{named},74.00,5")))

    assert result.stdout == (
        "changed ring\n"
        "  7, choice: “archived” -> “active”\n"
        "  7, quantity: “3” -> “5”\n"
        "0 created, 1 changed, 0 unchanged\n"
    )
    again = by_sku(app, "R-7")
    assert (again.id, again.status, again.archived_at, stock(app, again)) == (
        seven.id, Status.ACTIVE, None, 5,
    )  # fmt: skip
    assert "R-7" not in run(app, "import", str(tmp_path / "b.csv")).stdout


def test_a_family_without_any_choice_left_is_neither_written_out_nor_shown(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    run(app, "import", str(save(tmp_path / "a.csv", *GOOD)))
    variants = [by_sku(app, sku).id for sku in ("R-7", "RING-8")]
    with app.app_context(), step():
        for product_id in variants:
            catalogue.archive_product(product_id=product_id)

    exported = tmp_path / "out.csv"
    assert run(app, "export", str(exported)).stdout == f"1 products written to {exported}\n"
    assert run(app, "import", str(exported)).stdout == "0 created, 0 changed, 1 unchanged\n"
    assert client.get("/p/ring").status_code == 404
    assert "/p/ring" not in client.get("/sitemap.xml").text
