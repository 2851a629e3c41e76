"""What an import would change, worked out without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from kashcraft.product_csv.rules.changes import Context, Outcome, ProductPlan, describe, plan_import
from kashcraft.product_csv.rules.document import COLUMNS
from kashcraft.product_csv.rules.products import CsvChoice, CsvImage, CsvProduct, Publication
from kashcraft.product_csv.rules.shop import ShopChoice, ShopPicture, ShopProduct

RING, SEVEN, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
FACTS: dict[str, Any] = {
    "values": ("7",), "price": 9000, "sale_price": 7400, "cost": None, "grams": 11, "taxable": True,
}  # fmt: skip
SHOP = ShopProduct(
    product_id=RING,
    is_family=True,
    slug="ring",
    name="Ring",
    story="A *ring*.",
    story_html="<p>A <em>ring</em>.</p>",
    vendor="Silver & Co",
    types=("Rings", "Gifts"),
    tags=("Silver",),
    publication=Publication.ACTIVE,
    is_gift_card=False,
    seo_title="",
    seo_description="",
    option_names=("Size",),
    choices=(ShopChoice(product_id=SEVEN, sku="R-7", quantity=3, **FACTS),),
    pictures=(ShopPicture("ring-0123456789ab", "A ring", 640),),
    addresses=(),
)
CSV = CsvProduct(
    row=2,
    slug="ring",
    name="Ring",
    story="A *ring*.",
    vendor="Silver & Co",
    type="rings",
    tags=("silver",),
    publication=Publication.ACTIVE,
    is_gift_card=False,
    seo_title="",
    seo_description="",
    option_names=("Size",),
    choices=(CsvChoice(row=2, sku="", quantity=3, **FACTS),),
    images=(CsvImage(2, "ring.jpg", "A ring"),),
)
CONTEXT = Context(
    currency="USD",
    columns=frozenset(COLUMNS),
    products={"ring": SHOP},
    skus={"R-7": SEVEN, "TAKEN": OTHER},
    stems={("ring", "ring.jpg"): "ring-0123456789ab"},
)


def plan(product: CsvProduct, context: Context = CONTEXT) -> ProductPlan:
    (found,), errors = plan_import([product], context)
    assert errors == []
    return found


def choice(**values: object) -> CsvProduct:
    return replace(CSV, choices=(replace(CSV.choices[0], **values),))  # type: ignore[arg-type]


def told(product: CsvProduct, context: Context = CONTEXT) -> list[str]:
    found = plan(product, context)
    return [str(change) for change in (*found.changes, *found.choices[0].changes)]


def test_what_says_the_same_in_other_words_is_unchanged() -> None:
    found = plan(CSV)

    assert (found.outcome, found.changes, found.pictures, found.choices[0].sku) == (
        Outcome.UNCHANGED, (), (), "R-7",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("product", "line"),
    [
        (replace(CSV, name="Band"), "title: “Ring” -> “Band”"),
        (replace(CSV, story="Another."), "description: “A *ring*.” -> “Another.”"),
        (replace(CSV, vendor=""), "vendor: “Silver & Co” -> “”"),
        (replace(CSV, type="Bands"), "type: “Rings” -> “Bands”"),
        (replace(CSV, tags=("Gold", "Silver")), "tags: “Silver” -> “Gold, Silver”"),
        (replace(CSV, publication=Publication.DRAFT), "status: “active” -> “draft”"),
        (choice(sku="R-07"), "7, SKU: “R-7” -> “R-07”"),
        (choice(price=7400, sale_price=None), "7, price: “74.00 (instead of 90.00)” -> “74.00”"),
        (choice(cost=3000), "7, cost: “” -> “30.00”"),
        (choice(grams=12), "7, weight: “11 g” -> “12 g”"),
        (choice(quantity=0), "7, quantity: “3” -> “0”"),
        (choice(taxable=False), "7, taxable: “true” -> “false”"),
    ],
)
def test_each_difference_is_told_with_old_and_new(product: CsvProduct, line: str) -> None:
    assert told(product) == [line]
    assert plan(product).outcome is Outcome.CHANGED


def test_a_description_that_the_shop_wrote_out_itself_is_no_change() -> None:
    wrapped = replace(SHOP, story="A _ring_\n.", story_html="<p>A <em>ring</em>.</p>")

    assert told(CSV, replace(CONTEXT, products={"ring": wrapped})) == []


def test_missing_columns_and_empty_cells_say_nothing() -> None:
    bare = replace(
        CSV, story="", vendor="", type="", tags=(), publication=Publication.DRAFT,
        choices=(replace(CSV.choices[0], grams=0, quantity=None, taxable=False),),
    )  # fmt: skip

    assert told(bare, replace(CONTEXT, columns=frozenset({"handle", "title", "price", "compare_at"}))) == []


def test_without_compare_at_the_file_names_what_is_asked_now() -> None:
    context = replace(CONTEXT, columns=CONTEXT.columns - {"compare_at"})  # type: ignore[operator]

    assert told(choice(price=7400, sale_price=None), context) == []
    assert told(choice(price=7000, sale_price=None), context) == [
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
    found = plan(replace(CSV, choices=(*CSV.choices, replace(CSV.choices[0], row=3, values=("8",)))), context)

    assert found.outcome is Outcome.CHANGED
    assert [one.sku for one in found.choices] == ["R-7", "RING-8-49EF07A1"]


def test_what_would_make_another_thing_of_a_product_is_refused() -> None:
    products = [
        choice(sku="TAKEN"),
        replace(CSV, row=3, option_names=()),
        replace(CSV, row=4, is_gift_card=True),
    ]
    errors = [str(error) for product in products for error in plan_import([product], CONTEXT)[1]]

    assert errors == [
        "row 2, Variant SKU: “TAKEN” belongs to another product",
        "row 3, Option1 Name: the shop has this product with the options Size, the file with none",
        "row 4, Gift Card: this product is no gift card in the shop",
    ]


def test_the_report_names_what_is_touched_and_counts_everything() -> None:
    new = replace(CSV, slug="new", name="New")
    plans = [plan(replace(CSV, name="x" * 80)), plan(new), plan(CSV)]

    assert list(describe(plans)) == [
        "changed ring",
        f"  title: “Ring” -> “{'x' * 59}…”",
        "created new",
        "1 created, 1 changed, 1 unchanged",
    ]
