"""Rows become products; whatever cannot be used is told with its row and column, all of it at once."""

from kashcraft.product_csv.rules.document import read_rows
from kashcraft.product_csv.rules.products import CsvProduct, Publication, read_products

HEADINGS = (
    "Handle,Title,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Taxable,Image Src,"
    "Image Position,Image Alt Text,Variant Image,Cost per item,Status"
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
    products, problems = read_products(rows, "USD")
    return products, [str(problem) for problem in problems]


def test_a_piece_without_options() -> None:
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
    (choice,) = product.choices
    assert (product.slug, product.name, product.type) == ("copper-light", "Copper Light", "Indoor")
    assert product.tags == ("Copper", "Bedroom")
    assert product.option_names == ()
    assert (choice.values, choice.price, choice.sale_price, choice.cost) == ((), 7500, 5999, 2000)
    assert (choice.grams, choice.quantity, choice.taxable, choice.sku) == (29, 2, False, "")
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
    assert [(choice.values, choice.price, choice.row) for choice in product.choices] == [
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

    assert [(p.choices[0].price, p.choices[0].sale_price) for p in products] == [(1000, None), (1000, None)]


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
        line(Handle="a", VariantPrice="x", VariantInventoryQty="-1"),
        line(Handle="b", Title="B", VariantPrice="1.005", VariantInventoryQty="1.5", VariantGrams="-3"),
        line(Handle="ok", Title="Again", VariantPrice="1"),
        line(Handle="c", Title="C", Option1Name="Size", Option1Value="S", VariantPrice="1"),
        line(Handle="c", Title="Other", Option1Value="s", VariantPrice="1", VariantInventoryQty="99999999"),
        line(Handle="c", VariantPrice="NaN", VariantTaxable="perhaps"),
        line(Handle="d", Title="D", VariantSKU="S-1", VariantPrice="1"),
        line(Handle="e", Title="E", Status="sold", VariantPrice=""),
        line(Handle="f", Title="F", VariantSKU="S-1", VariantPrice="2"),
    )

    assert [product.slug for product in products] == ["ok", "d", "f"]
    assert errors == [
        "row 3, Handle: a product needs a handle of letters or digits",
        "row 4, Title: the first row of a product needs its title",
        "row 4, Variant Inventory Qty: -1 is not a possible number of pieces",
        "row 4, Variant Price: “x” is not an amount; write it like 1234.50",
        "row 5, Variant Grams: “-3” is not a possible weight in grams",
        "row 5, Variant Inventory Qty: “1.5” is not a whole number of pieces",
        "row 5, Variant Price: “1.005” is finer than the smallest unit of USD",
        "row 6, Handle: “ok” begins in row 2; its rows must stand together",
        "row 8, Option1 Value: the same choice as in row 7",
        "row 8, Title: another title than in the product's first row",
        "row 8, Variant Inventory Qty: 99999999 is not a possible number of pieces",
        "row 9, Option1 Value: no value for “Size”",
        "row 9, Variant Price: “NaN” is not a possible price",
        "row 9, Variant Taxable: “perhaps” is neither true nor false",
        "row 10, Variant SKU: “S-1” is also the SKU of row 2",
        "row 11, Status: “sold” is none of active, draft, archived",
        "row 11, Variant Price: there is no price",
        "row 12, Variant SKU: “S-1” is also the SKU of row 2",
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
    _, errors = read(line(Handle="a", Title="x" * 201, VariantPrice="1"))

    assert errors == ["row 2, Title: 201 characters; at most 200 fit"]


def test_amounts_follow_the_currency() -> None:
    rows, _ = read_rows("\n".join([HEADINGS, line(Handle="a", Title="A", VariantPrice="1200")]).encode())

    assert read_products(rows, "JPY")[0][0].choices[0].price == 1200
    assert read_products(rows, "KWD")[0][0].choices[0].price == 1200000
