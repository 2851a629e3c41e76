"""Rows become products; all unusable values are reported together, each with its row and column."""

import pytest

from kashcraft.product_csv.rules.document import read_rows
from kashcraft.product_csv.rules.products import CsvProduct, Publication, read_products

HEADINGS = (
    "Handle,Title,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Taxable,Image Src,"
    "Image Position,Image Alt Text,Variant Image,Cost per item,Status,Vendor,SEO Title,SEO Description,"
    "Variant Inventory Tracker"
)
NAMES = HEADINGS.split(",")


def line(**cells: str) -> str:
    """One row of a file, cells named as in the headings without spaces."""
    known = {name.replace(" ", ""): name for name in NAMES}
    values = {known[key]: value for key, value in cells.items()}
    return ",".join(f'"{values.get(name, "")}"' for name in NAMES)


def read(*lines: str) -> tuple[list[CsvProduct], list[str]]:
    rows, errors = read_rows("\n".join([HEADINGS, *lines]).encode())
    assert errors == []
    products, remarks = read_products(rows, "USD")
    return products, [str(error) for error in remarks.errors]


def notes(*lines: str) -> tuple[list[CsvProduct], list[str]]:
    """Return the usable products of a file, and the notes on its adjusted values."""
    rows, _ = read_rows("\n".join([HEADINGS, *lines]).encode())
    products, remarks = read_products(rows, "USD")
    assert remarks.errors == []
    return products, [str(note) for note in remarks.notes]


def test_a_product_without_options() -> None:
    products, errors = read(
        line(
            Handle="copper-light", Title="Copper Light", Type="Indoor", Tags="Copper, Bedroom, copper",
            Published="true", Option1Name="Title", Option1Value="Default Title", VariantGrams="28.5",
            VariantInventoryQty="2", VariantPrice="59.99", VariantCompareAtPrice="75", VariantTaxable="false",
            ImageSrc="https://pictures.example/light.jpg", ImagePosition="1", Costperitem="20",
        )
    )  # fmt: skip

    assert errors == []
    (product,) = products
    (variant,) = product.variants
    assert (product.slug, product.name, product.type) == ("copper-light", "Copper Light", "Indoor")
    assert product.tags == ("Copper", "Bedroom")
    assert product.option_names == ()
    assert (variant.values, variant.price, variant.sale_price, variant.cost) == ((), 7500, 5999, 2000)
    assert (variant.grams, variant.quantity, variant.taxable, variant.sku) == (29, 2, False, "")
    assert [image.source for image in product.images] == ["https://pictures.example/light.jpg"]


def test_a_family_with_rows_for_choices_and_rows_for_pictures() -> None:
    products, errors = read(
        line(Handle="ring", Title="Ring", Option1Name="Colour", Option1Value="Blue", Option2Name="Size",
             Option2Value="7", VariantPrice="10", ImageSrc="b.jpg", ImagePosition="2", VariantSKU="R-B7"),
        line(Handle="ring", Option1Value="Blue", Option2Value="8", VariantPrice="11", ImageSrc="a.jpg",
             ImagePosition="1", ImageAltText="A ring", VariantImage="c.jpg"),
        line(Handle="ring", ImageSrc="d.jpg", ImagePosition="3"),
    )  # fmt: skip

    assert errors == []
    (product,) = products
    assert product.option_names == ("Colour", "Size")
    assert [(variant.values, variant.price, variant.row) for variant in product.variants] == [
        (("Blue", "7"), 1000, 2),
        (("Blue", "8"), 1100, 3),
    ]
    assert [(image.source, image.alt) for image in product.images] == [
        ("a.jpg", "A ring"), ("b.jpg", ""), ("d.jpg", ""), ("c.jpg", ""),
    ]  # fmt: skip


def test_a_compare_at_price_that_is_not_higher_is_no_sale() -> None:
    products, _ = read(
        line(Handle="a", Title="A", VariantPrice="10", VariantCompareAtPrice="10"),
        line(Handle="b", Title="B", VariantPrice="10", VariantCompareAtPrice="9.99"),
    )

    assert [(p.variants[0].price, p.variants[0].sale_price) for p in products] == [(1000, None), (1000, None)]


def test_published_and_status_together_say_what_is_shown() -> None:
    cases = {
        ("", ""): Publication.ACTIVE,
        ("true", ""): Publication.ACTIVE,
        ("false", ""): Publication.DRAFT,
        ("false", "active"): Publication.DRAFT,
        ("true", "Active"): Publication.ACTIVE,
        ("true", "draft"): Publication.DRAFT,
        ("true", "archived"): Publication.ARCHIVED,
    }
    products, errors = read(
        *(
            line(Handle=f"p{at}", Title="P", VariantPrice="1", Published=published, Status=status)
            for at, (published, status) in enumerate(cases)
        )
    )

    assert errors == []
    assert [product.publication for product in products] == list(cases.values())


def test_all_errors_come_at_once_each_with_its_row_and_column() -> None:
    products, errors = read(
        line(Handle="ok", Title="Fine", VariantPrice="1", VariantSKU="S-1"),
        line(Handle="", Title="No handle", VariantPrice="1"),
        line(Handle="a", VariantPrice="x", VariantInventoryQty="none"),
        line(Handle="b", Title="B", VariantPrice="1.005", VariantInventoryQty="1.5", VariantGrams="-3"),
        line(Handle="ok", Title="Again", VariantPrice="1"),
        line(Handle="c", Title="C", Option1Name="Size", Option1Value="S", VariantPrice="1"),
        line(Handle="c", Title="Other", Option1Value="M", VariantPrice="1", VariantInventoryQty="99999999"),
        line(Handle="c", VariantPrice="NaN", VariantTaxable="perhaps"),
        line(Handle="d", Title="D", VariantSKU="S-1", VariantPrice="1"),
        line(Handle="e", Title="E", Status="sold", VariantPrice=""),
        line(Handle="f", Title="F", VariantSKU="S-1", VariantPrice="2"),
    )

    assert [product.slug for product in products] == ["ok", "d", "f"]
    assert errors == [
        "row 3, Handle: a product needs a handle of letters or digits",
        "row 4, Title: the first row of a product needs its title",
        "row 4, Variant Inventory Qty: “none” is not a whole number of pieces",
        "row 4, Variant Price: “x” is not an amount; write it like 1234.50",
        "row 5, Variant Grams: “-3” is not a possible weight in grams",
        "row 5, Variant Inventory Qty: “1.5” is not a whole number of pieces",
        "row 5, Variant Price: “1.005” is finer than the smallest unit of USD",
        "row 6, Handle: “ok” begins in row 2; its rows must stand together",
        "row 8, Title: another title than in the product's first row",
        "row 8, Variant Inventory Qty: 99999999 is not a possible number of pieces",
        "row 9, Option1 Value: no value for “Size”",
        "row 9, Variant Price: “NaN” is not an amount; write it like 1234.50",
        "row 9, Variant Taxable: “perhaps” is neither true nor false",
        "row 11, Status: “sold” is none of active, draft, archived, unlisted",
        "row 11, Variant Price: there is no price",
    ]


def test_options_are_named_once_and_without_a_gap() -> None:
    _, errors = read(
        line(Handle="a", Title="A", Option1Name="Size", Option1Value="S", Option2Name="size",
             Option2Value="M", VariantPrice="1"),
        line(Handle="b", Title="B", Option2Name="Size", Option2Value="M", VariantPrice="1"),
        line(Handle="c", Title="C", Option1Value="S", VariantPrice="1"),
    )  # fmt: skip

    assert errors == [
        "row 2, Option2 Name: “size” is there twice",
        "row 3, Option2 Name: options are filled from the first on, without a gap",
        "row 4, Option1 Name: an option with values needs a name",
    ]


def test_a_title_that_is_too_long_is_refused_and_not_cut() -> None:
    _, errors = read(line(Handle="a", Title="x" * 256, VariantPrice="1"))

    assert errors == ["row 2, Title: 256 characters; at most 255 fit"]


def test_amounts_follow_the_currency() -> None:
    rows, _ = read_rows("\n".join([HEADINGS, line(Handle="a", Title="A", VariantPrice="1200")]).encode())

    assert read_products(rows, "JPY")[0][0].variants[0].price == 1200
    assert read_products(rows, "KWD")[0][0].variants[0].price == 1200000


@pytest.mark.parametrize(("cell", "quantity"), [("5", 5), ("5.0", 5), ("0", 0), ("-0", 0), ("", None)])
def test_quantities_are_whole_numbers_in_plain_digits(cell: str, quantity: int | None) -> None:
    products, remarks = notes(line(Handle="a", Title="A", VariantPrice="1", VariantInventoryQty=cell))

    assert (products[0].variants[0].quantity, remarks) == (quantity, [])


@pytest.mark.parametrize("cell", ["-3", "-3.0"])
def test_less_than_no_stock_is_none(cell: str) -> None:
    products, remarks = notes(line(Handle="a", Title="A", VariantPrice="1", VariantInventoryQty=cell))

    assert products[0].variants[0].quantity == 0
    assert remarks == [f"row 2, Variant Inventory Qty: {cell} is imported as 0; there is no stock below zero"]


@pytest.mark.parametrize("cell", ["5.5", "1_000", "1e3", "+5", "1,000", "٣", "0x10", "5.", "9" * 5000])
def test_other_numbers_are_no_quantities(cell: str) -> None:
    products, errors = read(line(Handle="a", Title="A", VariantPrice="1", VariantInventoryQty=cell))

    assert products == []
    assert [error.split(":")[0] for error in errors] == ["row 2, Variant Inventory Qty"]


@pytest.mark.parametrize(
    "cell", ["1_000", "1e3", "1E3", "+5", "-1", "5.", ".5", "$5", "Infinity", "٣", "9" * 99]
)
def test_other_numbers_are_no_prices_costs_and_weights(cell: str) -> None:
    for column in ("VariantPrice", "VariantCompareAtPrice", "Costperitem", "VariantGrams"):
        products, errors = read(line(**{"Handle": "a", "Title": "A", "VariantPrice": "1", column: cell}))
        assert (products, len(errors)) == ([], 1), column


def test_a_position_of_many_digits_is_refused() -> None:
    _, errors = read(
        line(Handle="a", Title="A", VariantPrice="1", ImageSrc="a.jpg", ImagePosition="9" * 5000)
    )

    assert [error[:22] for error in errors] == ["row 2, Image Position:"]


def test_values_in_another_case_are_the_first_spelling_and_the_same_choice_is_left_out() -> None:
    products, remarks = notes(
        line(Handle="a", Title="A", Option1Name="Colour", Option1Value="Gold", Option2Name="Size",
             Option2Value="S", VariantPrice="1", VariantInventoryQty="1"),
        line(Handle="a", Option1Value="gold", Option2Value="M", VariantPrice="2"),
        line(Handle="a", Option1Value="GOLD", Option2Value="s", VariantPrice="3", VariantInventoryQty="9",
             ImageSrc="left.jpg"),
        line(Handle="a", Option1Value="Gold", Option2Value="M", VariantPrice="4"),
    )  # fmt: skip

    (product,) = products
    assert [(one.row, one.values, one.price) for one in product.variants] == [
        (2, ("Gold", "S"), 100),
        (3, ("Gold", "M"), 200),
    ]
    assert [image.source for image in product.images] == ["left.jpg"]
    assert remarks == [
        "row 3, Option1 Value: “gold” is written “Gold” further up; it is imported so",
        "row 4, Option1 Value: the same choice as in row 2; this row is left out",
        "row 4, Option1 Value: “GOLD” is written “Gold” further up; it is imported so",
        "row 4, Option2 Value: “s” is written “S” further up; it is imported so",
        "row 5, Option1 Value: the same choice as in row 3; this row is left out",
    ]


def test_unlisted_products_come_in_as_drafts() -> None:
    products, remarks = notes(
        line(Handle="a", Title="A", VariantPrice="1", Published="true", Status="Unlisted")
    )

    assert products[0].publication is Publication.DRAFT
    assert remarks == [
        "row 2, Status: “unlisted” is imported as draft; the shop has no pages outside its lists"
    ]


def test_handles_that_make_one_address_are_numbered() -> None:
    products, remarks = notes(
        *(
            line(Handle=handle, Title=handle, VariantPrice="1")
            for handle in ("Ring!", "ring", "RING", "ring-2")
        )
    )

    assert [(product.slug, product.name) for product in products] == [
        ("ring-3", "Ring!"), ("ring", "ring"), ("ring-4", "RING"), ("ring-2", "ring-2"),
    ]  # fmt: skip
    assert remarks == [
        "row 2, Handle: the address “ring” is taken in this file; it gets “ring-3”",
        "row 4, Handle: the address “ring” is taken in this file; it gets “ring-4”",
    ]


def test_a_type_that_makes_no_address_is_refused_here_and_not_later() -> None:
    _, errors = read(line(Handle="a", Title="A", Type="★", VariantPrice="1"))

    assert errors == ["row 2, Type: “★” has no letters or digits to make the address of a category"]


def test_texts_are_as_long_as_the_other_shop_lets_them_be() -> None:
    longest = {
        "Title": 255, "Vendor": 255, "Type": 255, "Tags": 255, "Option1Name": 255, "Option1Value": 255,
        "VariantSKU": 255, "SEOTitle": 255, "SEODescription": 1024, "ImageAltText": 512,
    }  # fmt: skip
    full = {name: "x" * length for name, length in longest.items()}
    products, remarks = notes(line(Handle="a", VariantPrice="1", ImageSrc="a.jpg", **full))
    assert (len(products), remarks) == (1, [])

    for name in longest:
        over = {**full, name: full[name] + "x"}
        _, errors = read(line(Handle="a", VariantPrice="1", ImageSrc="a.jpg", **over))
        assert len(errors) == 1, name


def test_what_the_other_shop_does_not_count_is_known() -> None:
    products, _ = notes(
        line(Handle="a", Title="A", VariantPrice="1", VariantInventoryTracker="shopify"),
        line(Handle="b", Title="B", VariantPrice="1"),
    )

    assert [product.variants[0].is_counted for product in products] == [True, False]
