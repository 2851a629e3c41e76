"""Products in Google's format: required attributes, sales, and safe XML."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree

import pytest

from kashcraft.catalogue.rules.feed import FeedProduct
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.storefront.presenters.google_feed import FeedShop, feed_items, write_feed

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BEFORE, AFTER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
SHOP = FeedShop("Kashcraft", "https://shop.example")
BOWL = FeedProduct(
    id=ProductId(UUID(int=1)), page_id=ProductId(UUID(int=1)), sku="KC-BOWL", name="Bowl", slug="bowl",
    option_values={}, summary="Deep", description_html="<p>Turned &amp; <b>oiled</b></p>", brand="Asha",
    category_id=None, pictures=("bowl-a-1280", "bowl-b-1280"), price=Money(4000, "USD"), sale_price=None,
    sale_starts_at=None, sale_ends_at=None, weight_grams=450, colors=("brown",), sizes=(),
    materials=("walnut", "oil"),
)  # fmt: skip


def items(product: FeedProduct = BOWL, units: int = 3) -> list[tuple[str, str]]:
    return list(feed_items(product, SHOP, units=units, path="Wood > Bowls", now=NOW))


def test_a_product_without_variants() -> None:
    assert items() == [
        ("id", "KC-BOWL"),
        ("title", "Bowl"),
        ("description", "Turned & oiled"),
        ("link", "https://shop.example/p/bowl"),
        ("image_link", "https://shop.example/media/bowl-a-1280.webp"),
        ("additional_image_link", "https://shop.example/media/bowl-b-1280.webp"),
        ("availability", "in_stock"),
        ("price", "40.00 USD"),
        ("condition", "new"),
        ("brand", "Asha"),
        ("identifier_exists", "no"),
        ("product_type", "Wood > Bowls"),
        ("color", "brown"),
        ("material", "walnut/oil"),
        ("shipping_weight", "450 g"),
    ]


def test_a_variant_names_its_group_and_its_values() -> None:
    variant = replace(
        BOWL, page_id=ProductId(UUID(int=7)), option_values={"Size": "L", "Color": "Red"}, sizes=("L",),
        brand="", description_html="", price=Money(1500, "JPY"),
    )  # fmt: skip
    found = dict(items(variant, units=0))

    assert (found["title"], found["item_group_id"]) == ("Bowl L Red", UUID(int=7).hex)
    assert found["link"] == f"https://shop.example/p/bowl?choice={UUID(int=1)}"
    assert (found["availability"], found["brand"], found["description"]) == (
        "out_of_stock", "Kashcraft", "Deep",
    )  # fmt: skip
    assert (found["price"], found["size"]) == ("1500 JPY", "L")


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (None, None, ["30.00 USD"]),
        (BEFORE, None, ["30.00 USD"]),
        (AFTER, None, []),
        (None, AFTER, ["30.00 USD"]),
        (None, BEFORE, []),
        (BEFORE, AFTER, ["30.00 USD", "2026-03-01T00:00+00:00/2026-04-01T00:00+00:00"]),
    ],
)
def test_a_sale_is_given_with_both_of_its_times(
    starts: datetime | None, ends: datetime | None, expected: list[str]
) -> None:
    product = replace(BOWL, sale_price=Money(3000, "USD"), sale_starts_at=starts, sale_ends_at=ends)

    assert [value for name, value in items(product) if name.startswith("sale_")] == expected
    assert dict(items(product))["price"] == "40.00 USD"


def test_texts_are_escaped_and_characters_that_xml_forbids_are_left_out() -> None:
    product = replace(BOWL, name="<Bowl> & \x0bdish\x00", description_html="")
    text = "".join(write_feed([items(product)], SHOP))
    (item,) = ElementTree.fromstring(text).iter("item")  # noqa: S314 - it is ours

    assert item.findtext("{http://base.google.com/ns/1.0}title") == "<Bowl> & dish"
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:g=')
    assert "".join(write_feed([], SHOP)).endswith("</channel></rss>")
