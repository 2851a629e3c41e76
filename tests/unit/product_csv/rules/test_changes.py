"""The changes that an import would make, planned without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from kashcraft.core.formats import Formats
from kashcraft.product_csv.rules.changes import Context, PlannedOutcome, ProductPlan, plan_import
from kashcraft.product_csv.rules.document import COLUMNS
from kashcraft.product_csv.rules.products import CsvImage, CsvProduct, CsvVariant, Publication
from kashcraft.product_csv.rules.sales import Sale
from kashcraft.product_csv.rules.shop import ShopPicture, ShopProduct, ShopVariant

RING, SEVEN, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
DETAILS: dict[str, Any] = {
    "values": ("7",), "price": 9000, "sale_price": 7400, "cost": None, "grams": 11, "taxable": True,
}  # fmt: skip
SHOP = ShopProduct(
    product_id=RING,
    has_variants=True,
    slug="ring",
    name="Ring",
    description="A *ring*.",
    description_html="<p>A <em>ring</em>.</p>",
    vendor="Silver & Co",
    types=("Rings", "Gifts"),
    tags=("Silver",),
    publication=Publication.ACTIVE,
    is_gift_card=False,
    seo_title="",
    seo_description="",
    option_names=("Size",),
    variants=(ShopVariant(product_id=SEVEN, sku="R-7", quantity=3, sale=Sale(7400), **DETAILS),),
    pictures=(ShopPicture("ring-0123456789ab", "A ring", 640),),
    addresses=(),
)
CSV = CsvProduct(
    row=2,
    slug="ring",
    name="Ring",
    description="A *ring*.",
    vendor="Silver & Co",
    type="rings",
    tags=("silver",),
    publication=Publication.ACTIVE,
    is_gift_card=False,
    seo_title="",
    seo_description="",
    option_names=("Size",),
    variants=(CsvVariant(row=2, sku="", quantity=3, **DETAILS),),
    images=(CsvImage(2, "ring.jpg", "A ring"),),
)
CONTEXT = Context(
    currency="USD",
    columns=frozenset(COLUMNS),
    products={"ring": SHOP},
    skus={"R-7": SEVEN, "TAKEN": OTHER},
    stems={("ring", "ring.jpg"): "ring-0123456789ab"},
    day=Formats().day,
)


def plan(product: CsvProduct, context: Context = CONTEXT) -> ProductPlan:
    (found,), remarks = plan_import([product], context)
    assert (remarks.errors, remarks.notes) == ([], [])
    return found


def variant(**values: object) -> CsvProduct:
    return replace(CSV, variants=(replace(CSV.variants[0], **values),))  # type: ignore[arg-type]


def changes_of(product: CsvProduct, context: Context = CONTEXT) -> list[str]:
    found = plan(product, context)
    return [str(change) for change in (*found.changes, *found.variants[0].changes)]


def test_what_says_the_same_in_other_words_is_unchanged() -> None:
    found = plan(CSV)

    assert (found.outcome, found.changes, found.pictures, found.variants[0].sku) == (
        PlannedOutcome.UNCHANGED, (), (), "R-7",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("product", "line"),
    [
        (replace(CSV, name="Band"), "title: “Ring” -> “Band”"),
        (replace(CSV, description="Another."), "description: “A *ring*.” -> “Another.”"),
        (replace(CSV, vendor=""), "vendor: “Silver & Co” -> “”"),
        (replace(CSV, type="Bands"), "type: “Rings” -> “Bands”"),
        (replace(CSV, tags=("Gold", "Silver")), "tags: “Silver” -> “Gold, Silver”"),
        (replace(CSV, publication=Publication.DRAFT), "status: “active” -> “draft”"),
        (variant(sku="R-07"), "7, SKU: “R-7” -> “R-07”"),
        (variant(price=7400, sale_price=None), "7, price: “74.00 (instead of 90.00)” -> “74.00”"),
        (variant(cost=3000), "7, cost: “” -> “30.00”"),
        (variant(grams=12), "7, weight: “11 g” -> “12 g”"),
        (variant(quantity=0), "7, quantity: “3” -> “0”"),
        (variant(taxable=False), "7, taxable: “true” -> “false”"),
    ],
)
def test_each_difference_is_reported_with_old_and_new_value(product: CsvProduct, line: str) -> None:
    assert changes_of(product) == [line]
    assert plan(product).outcome is PlannedOutcome.CHANGED


def test_a_description_that_the_shop_wrote_out_itself_is_no_change() -> None:
    wrapped = replace(SHOP, description="A _ring_\n.", description_html="<p>A <em>ring</em>.</p>")

    assert changes_of(CSV, replace(CONTEXT, products={"ring": wrapped})) == []


def test_missing_columns_and_empty_cells_say_nothing() -> None:
    bare = replace(
        CSV, description="", vendor="", type="", tags=(), publication=Publication.DRAFT,
        variants=(replace(CSV.variants[0], grams=0, quantity=None, taxable=False),),
    )  # fmt: skip

    assert (
        changes_of(bare, replace(CONTEXT, columns=frozenset({"handle", "title", "price", "compare_at"})))
        == []
    )


def test_without_compare_at_the_file_names_what_is_asked_now() -> None:
    context = replace(CONTEXT, columns=CONTEXT.columns - {"compare_at"})  # type: ignore[operator]

    assert changes_of(variant(price=7400, sale_price=None), context) == []
    assert changes_of(variant(price=7000, sale_price=None), context) == [
        "7, price: “74.00 (instead of 90.00)” -> “70.00”"
    ]


def test_new_pictures_are_added_and_own_addresses_known_again() -> None:
    images = (
        CsvImage(2, "https://shop.example/media/ring-0123456789ab-640.webp", "A silver ring"),
        CsvImage(3, "other.jpg", ""),
        CsvImage(4, "https://else.example/x.jpg", ""),
    )
    found = plan(replace(CSV, images=images))

    assert [image.source for image in found.pictures] == ["other.jpg"]
    assert found.alts == {"ring-0123456789ab": "A silver ring"}
    assert found.addresses == ("https://else.example/x.jpg",)


def test_a_new_choice_gets_a_sku_that_nobody_has() -> None:
    context = replace(CONTEXT, skus={**CONTEXT.skus, "RING-8": OTHER})
    found = plan(
        replace(CSV, variants=(*CSV.variants, replace(CSV.variants[0], row=3, values=("8",)))), context
    )

    assert found.outcome is PlannedOutcome.CHANGED
    assert [one.sku for one in found.variants] == ["R-7", "RING-8-49EF07A1"]


def test_what_would_make_another_thing_of_a_product_is_refused() -> None:
    products = [
        replace(CSV, row=3, option_names=()),
        replace(CSV, row=4, is_gift_card=True),
    ]
    errors = [str(error) for product in products for error in plan_import([product], CONTEXT)[1].errors]

    assert errors == [
        "row 3, Option1 Name: the shop has this product with the options Size, the file with none",
        "row 4, Gift Card: this product is no gift card in the shop",
    ]


def skus(products: list[CsvProduct], context: Context = CONTEXT) -> tuple[list[str], list[str]]:
    """The SKUs that a file's variants get, in its order, and what is said of them."""
    plans, remarks = plan_import(products, context)
    assert remarks.errors == []
    return [one.sku for found in plans for one in found.variants], [str(note) for note in remarks.notes]


def new(slug: str, row: int, sku: str, *values: str) -> CsvProduct:
    variants = tuple(
        replace(CSV.variants[0], row=row, sku=sku, values=(value,)) for value in values or ("S",)
    )
    return replace(CSV, row=row, slug=slug, variants=variants, images=())


def test_a_sku_that_others_have_is_left_to_them() -> None:
    assert skus([new("a", 3, "X"), new("b", 4, "X"), new("c", 5, "TAKEN")]) == (
        ["X", "B-S", "C-S"],
        [
            "row 4, Variant SKU: “X” is also the SKU of row 3; this one gets “B-S”",
            "row 5, Variant SKU: “TAKEN” belongs to another product of the shop; this one gets “C-S”",
        ],
    )
    assert skus([variant(sku="TAKEN")]) == (
        ["R-7"],
        ["row 2, Variant SKU: “TAKEN” belongs to another product of the shop; this one keeps “R-7”"],
    )


def test_a_sku_twice_in_one_product_is_the_first_ones() -> None:
    assert skus([new("a", 3, "X", "S", "M")]) == (
        ["X", "A-M"],
        ["row 3, Variant SKU: “X” is also the SKU of row 3; this one gets “A-M”"],
    )


def test_the_shop_comes_before_the_order_of_the_file() -> None:
    assert skus([new("a", 3, "R-7"), variant(sku="R-7", row=4)])[0] == ["A-S", "R-7"]


def test_a_made_sku_is_never_one_that_the_file_names() -> None:
    assert skus([new("a", 3, ""), new("b", 4, "A-S")])[0] == ["A-S-65FE7714", "A-S"]


def test_a_sku_that_a_choice_gives_up_is_free_for_the_next() -> None:
    assert skus([variant(sku="R-07"), new("a", 3, "R-7")]) == (["R-07", "R-7"], [])


def test_two_choices_do_not_swap_their_skus() -> None:
    eight = replace(SHOP.variants[0], product_id=OTHER, sku="R-8", values=("8",))
    shop = replace(SHOP, variants=(*SHOP.variants, eight))
    file = replace(
        CSV,
        variants=(
            replace(CSV.variants[0], sku="R-8"),
            replace(CSV.variants[0], row=3, sku="R-7", values=("8",)),
        ),
    )
    context = replace(CONTEXT, products={"ring": shop}, skus={"R-7": SEVEN, "R-8": OTHER})

    assert skus([file], context) == (
        ["R-7", "R-8"],
        [
            "row 2, Variant SKU: “R-8” belongs to another product of the shop; this one keeps “R-7”",
            "row 3, Variant SKU: “R-7” is also the SKU of row 2; this one keeps “R-8”",
        ],
    )


def test_new_choices_are_spelled_as_the_shop_spells_options() -> None:
    shop = replace(SHOP, option_names=("Colour",), variants=(replace(SHOP.variants[0], values=("Gold",)),))
    file = replace(
        CSV,
        option_names=("colour",),
        variants=(replace(CSV.variants[0], values=("GOLD",)), replace(CSV.variants[0], values=("blue",))),
    )
    found = plan(file, replace(CONTEXT, products={"ring": shop}))

    assert found.product.option_names == ("Colour",)
    assert [(one.variant.values, one.existing is not None) for one in found.variants] == [
        (("Gold",), True), (("blue",), False),
    ]  # fmt: skip


def test_a_retired_choice_comes_back_once() -> None:
    retired = replace(SHOP.variants[0], product_id=OTHER, sku="R-8", values=("8",))
    shop = replace(SHOP, retired=(retired,))
    context = replace(CONTEXT, products={"ring": shop}, skus={"R-7": SEVEN, "R-8": OTHER})
    file = replace(
        CSV,
        variants=tuple(
            replace(CSV.variants[0], row=row, sku="R-8", values=(value,))
            for row, value in ((3, "large"), (4, "larger"))
        ),
    )
    (found,), remarks = plan_import([file], context)

    assert [(one.sku, one.existing) for one in found.variants] == [("R-8", retired), ("RING-LARGER", None)]
    assert [str(change) for change in found.variants[0].changes] == ["large, choice: “archived” -> “active”"]
    assert [str(note) for note in remarks.notes] == [
        "row 4, Variant SKU: “R-8” is also the SKU of row 3; this one gets “RING-LARGER”"
    ]
