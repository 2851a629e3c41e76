"""What importing a file would do is known before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from kashcraft.catalogue.models import Product
from kashcraft.core.db import db
from kashcraft.product_csv.rules.changes import PlannedOutcome
from kashcraft.product_csv.services.planning import Report, check_pictures, plan_file, store_pictures
from tests.factories.catalogue import make_product

HEADINGS = "Handle,Title,Body (HTML),Type,Variant SKU,Variant Price,Variant Inventory Qty,Image Src"


def planned(folder: Path, *rows: str, old_hosts: Sequence[str] = ()) -> Report:
    data = "\n".join([HEADINGS, *rows]).encode()
    return plan_file(data=data, folder=folder, currency="USD", old_hosts=old_hosts)


def outcomes(report: Report) -> dict[str, PlannedOutcome]:
    return {plan.product.slug: plan.outcome for plan in report.plans}


def description(report: Report) -> str:
    (plan,) = report.plans
    return plan.product.description


def test_new_and_changed_products_are_reported_and_nothing_is_written(
    database: Flask, tmp_path: Path
) -> None:
    make_product("Bowl", slug="bowl", sku="BOWL", price="40.00", stock=3)

    report = planned(tmp_path, "ring,Ring,,,R,10.00,1,", "bowl,Copper bowl,,,BOWL,40.00,3,")

    assert outcomes(report) == {"ring": PlannedOutcome.CREATED, "bowl": PlannedOutcome.CHANGED}
    assert [plan.product.slug for plan in report.touched()] == ["ring", "bowl"]
    assert db.session.scalars(sa.select(Product.slug)).all() == ["bowl"]


def test_every_error_is_reported_with_its_row(database: Flask, tmp_path: Path) -> None:
    report = planned(tmp_path, "ring,Ring,,,R,ten,1,", "bowl,Bowl,,,B,10.00,1,none.jpg")

    assert [str(error) for error in report.errors] == [
        "row 2, Variant Price: “ten” is not an amount; write it like 1234.50",
        "row 3, Image Src: “none.jpg”: there is no such picture beside the file",
    ]


def test_strictly_a_note_is_an_error(database: Flask, tmp_path: Path) -> None:
    report = planned(tmp_path, "ring,Ring,,,R,10.00,-2,")

    assert (len(report.notes), list(report.errors)) == (1, [])
    assert (report.strictly().notes, list(report.strictly().errors)) == ((), list(report.notes))


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("/products/bowl", "/p/bowl"),
        ("https://old.example/products/bowl", "/p/bowl"),
        ("https://other.example/products/bowl", "https://other.example/products/bowl"),
        ("/products/kani-shawl", "/p/kani-shawl"),
        ("/products/ring", "/p/ring"),
    ],
)
def test_links_lead_by_the_file_and_by_the_shop(
    database: Flask, tmp_path: Path, link: str, leads_to: str
) -> None:
    for slug in ("bowl", "kani-shawl"):
        make_product(slug=slug)

    report = planned(tmp_path, f"ring,Ring,<a href='{link}'>See</a>,,R,10.00,1,", old_hosts=["old.example"])

    assert description(report) == f"[See](<{leads_to}>)"


def test_pictures_are_stored_by_an_import_and_only_checked_by_a_dry_run(
    database: Flask, tmp_path: Path
) -> None:
    folder, media = tmp_path / "file", tmp_path / "media"
    folder.mkdir()
    Image.new("RGB", (400, 500)).save(folder / "ring.png")
    report = planned(folder, "ring,Ring,,,R,10.00,1,ring.png")

    looked_at = check_pictures(report=report, folder=folder)
    assert (looked_at.errors, media.exists()) == ([], False)

    stored = store_pictures(report=report, folder=folder, media=media)
    (picture,) = stored.pictures.values()
    assert (picture.width, picture.height) == (400, 500)
    assert any(media.rglob("*"))


def test_a_file_that_is_no_picture_is_an_error_by_either_way(database: Flask, tmp_path: Path) -> None:
    (tmp_path / "ring.png").write_text("not a picture")
    report = planned(tmp_path, "ring,Ring,,,R,10.00,1,ring.png")

    for seen in (
        check_pictures(report=report, folder=tmp_path),
        store_pictures(report=report, folder=tmp_path, media=tmp_path / "media"),
    ):
        assert [str(error) for error in seen.errors] == [
            "row 2, Image Src: “ring.png”: this is not a picture that can be read"
        ]
