"""Products written as rows that read back as the same."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from kashcraft.product_csv.rules.document import read_rows
from kashcraft.product_csv.rules.products import read_products
from kashcraft.product_csv.rules.shop import ShopVariant
from kashcraft.product_csv.rules.writing import write_csv
from tests.unit.product_csv.rules.test_changes import OTHER, SHOP


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_family_takes_a_row_for_each_choice_or_picture() -> None:
    eight = ShopVariant(
        product_id=OTHER, values=("8",), sku="R-8", price=9000, sale_price=None, cost=3000, grams=12,
        quantity=0, taxable=False,
    )  # fmt: skip
    shop = replace(SHOP, variants=(*SHOP.variants, eight), addresses=("https://else.example/x.jpg",))
    first, second = cells(write_csv([shop], currency="USD", base_url="https://shop.example"))

    assert (first["Title"], first["Option1 Name"], first["Option1 Value"]) == ("Ring", "Size", "7")
    assert (first["Variant Price"], first["Variant Compare At Price"]) == ("74.00", "90.00")
    assert first["Image Src"] == "https://shop.example/media/ring-0123456789ab-640.webp"
    assert (first["Type"], first["Tags"], first["Status"], first["Published"]) == (
        "Rings", "Silver", "active", "true",
    )  # fmt: skip
    assert (second["Title"], second["Option1 Value"], second["Variant Price"]) == ("", "8", "90.00")
    assert (second["Variant Compare At Price"], second["Cost per item"], second["Variant Taxable"]) == (
        "", "30.00", "false",
    )  # fmt: skip
    assert second["Image Src"] == "https://else.example/x.jpg"


def test_a_product_without_options_is_written_as_shopify_writes_it() -> None:
    single = replace(
        SHOP,
        has_variants=False,
        option_names=(),
        variants=(replace(SHOP.variants[0], values=()),),
        pictures=(),
    )
    (row,) = cells(write_csv([single], currency="USD", base_url=""))

    assert (row["Option1 Name"], row["Option1 Value"], row["Image Src"]) == ("Title", "Default Title", "")


def test_awkward_texts_survive() -> None:
    odd = replace(SHOP, name='A "ring", new', vendor="Ünï\u2019s", description_html="<p>1</p>\n<p>2</p>")
    rows, errors = read_rows(write_csv([odd], currency="USD", base_url="").encode())
    (product,), remarks = read_products(rows, "USD")

    assert (errors, remarks.errors, remarks.notes) == ([], [], [])
    assert (product.name, product.vendor, product.description) == ('A "ring", new', "Ünï\u2019s", "1\n\n2")


def test_no_cell_is_a_formula_and_the_file_reads_back_as_it_was() -> None:
    link = '=HYPERLINK("http://evil.example","Sale")'
    formulas = {
        "name": link, "vendor": "@else", "tags": ("-10%", "wool"), "seo_title": "+1",
        "seo_description": "'=1",
    }  # fmt: skip
    odd = replace(SHOP, **formulas, option_names=("=Size",))  # type: ignore[arg-type]
    text = write_csv([odd], currency="USD", base_url="")
    (row,) = cells(text)

    headings = ("Title", "Vendor", "Tags", "SEO Title", "SEO Description", "Option1 Name")
    columns = ("title", "vendor", "tags", "seo_title", "seo_description", "option1_name")

    assert [row[name] for name in headings] == [
        f"'{link}", "'@else", "'-10%, wool", "'+1", "''=1", "'=Size",
    ]  # fmt: skip
    rows, _ = read_rows(text.encode())
    assert [rows[0][name] for name in columns] == [link, "@else", "-10%, wool", "+1", "'=1", "=Size"]
    (product,), remarks = read_products(rows, "USD")
    assert (product.name, product.vendor, remarks.errors) == (link, "@else", [])


def test_amounts_are_written_in_the_places_of_the_currency() -> None:
    (row,) = cells(write_csv([SHOP], currency="JPY", base_url=""))

    assert (row["Variant Price"], row["Variant Compare At Price"]) == ("7400", "9000")
