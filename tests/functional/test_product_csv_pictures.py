"""Pictures of product files are stored once and linked to their variants; other files are refused."""

from __future__ import annotations

import csv
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from PIL import Image

from kashcraft.catalogue.models import ProductImage
from kashcraft.core.db import db
from kashcraft.product_csv.queries import list_shop_products
from tests.functional.test_product_csv_import import (
    HEADINGS,
    run,
    save,
)


def test_local_pictures_are_stored_once_and_new_texts_replace_old_ones(app: Flask, tmp_path: Path) -> None:
    Image.new("RGB", (400, 500), "teal").save(tmp_path / "bowl.png")
    file = save(tmp_path / "a.csv", HEADINGS, "bowl,Bowl,,,,,,,,,,shopify,1,66.00,,,bowl.png,A bowl")
    run(app, "import", str(file))

    with app.app_context():
        (image,) = db.session.scalars(sa.select(ProductImage)).all()
    media = app.config["SETTINGS"].media_path
    assert (image.alt, image.width, image.height, image.widths) == ("A bowl", 400, 500, "320 400")
    assert image.stem.startswith("bowl-")
    assert sorted(path.suffix for path in media.glob(f"{image.stem}-320.*")) == [".avif", ".webp"]
    assert run(app, "import", str(file)).stdout == "0 created, 0 changed, 1 unchanged\n"

    save(file, HEADINGS, "bowl,Bowl,,,,,,,,,,shopify,1,66.00,,,bowl.png,A teal bowl")
    assert run(app, "import", str(file)).stdout.endswith("0 created, 1 changed, 0 unchanged\n")
    with app.app_context():
        assert [image.alt for image in db.session.scalars(sa.select(ProductImage))] == ["A teal bowl"]


def test_a_variants_picture_is_tied_to_it_and_comes_back_out(app: Flask, tmp_path: Path) -> None:
    for name in ("ivory", "rose", "dusk"):
        Image.new("RGB", (400, 500), {"ivory": "ivory", "rose": "pink", "dusk": "navy"}[name]).save(
            tmp_path / f"{name}.png"
        )
    head = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Variant Image"
    first = "wrap,Wrap,Colour,Ivory,W-I,240.00,ivory.png,ivory.png"
    # A picture that only its variant names is one of the page as well.
    file = save(tmp_path / "a.csv", head, first, "wrap,,,Rose,W-R,240.00,,rose.png")
    assert run(app, "import", str(file)).stdout.endswith("1 created, 0 changed, 0 unchanged\n")

    def shown() -> dict[str, list[str]]:
        with app.app_context():
            (page,) = list_shop_products(["wrap"])
            colours = {picture.stem: picture.stem for picture in page.pictures}
            order = list(colours)
            return {one.values[0]: [str(order.index(stem)) for stem in one.pictures] for one in page.variants}

    assert shown() == {"Ivory": ["0"], "Rose": ["1"]}
    assert run(app, "import", str(file)).stdout == "0 created, 0 changed, 1 unchanged\n"

    exported = tmp_path / "out.csv"
    run(app, "export", str(exported))
    rows = list(csv.DictReader(exported.open(encoding="utf-8-sig", newline="")))
    assert [row["Variant Image"] for row in rows] == [row["Image Src"] for row in rows]
    assert run(app, "import", str(exported)).stdout == "0 created, 0 changed, 1 unchanged\n"

    save(file, head, first, "wrap,,,Rose,W-R,240.00,,dusk.png")
    output = run(app, "import", str(file), "--dry-run").stdout
    assert "Rose, picture: " in output
    assert "“dusk.png”" in output
    run(app, "import", str(file))
    assert shown() == {"Ivory": ["0"], "Rose": ["2"]}


def test_a_picture_that_is_none_or_lies_elsewhere_is_an_error(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "fake.jpg").write_text("not a picture")
    Image.new("RGB", (40, 50)).save(tmp_path / "outside.png")
    file = save(
        tmp_path / "inner" / "a.csv",
        HEADINGS,
        "a,A,,,,,,,,,,shopify,1,1.00,,,fake.jpg,",
        "b,B,,,,,,,,,,shopify,1,1.00,,,../outside.png,",
    )

    for mode in ([], ["--dry-run"]):
        assert run(app, "import", str(file), *mode).stderr.splitlines()[1:] == [
            "row 2, Image Src: “fake.jpg”: this is not a picture that can be read",
            "row 3, Image Src: “../outside.png”: there is no such picture beside the file",
        ]
