"""Cards of products: price, stock, pictures."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from kashcraft.core.money import Money
from kashcraft.product_cards.rules import (
    Picture,
    Variant,
    build_card,
    card_content,
    next_boundary,
    read_pictures,
    stock_state,
)
from kashcraft.product_cards.rules.cards import PART_END, PICTURE_END

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_next_boundary_is_the_first_future_moment() -> None:
    assert next_boundary([NOW - HOUR, None, NOW + 2 * HOUR, NOW + HOUR, NOW], NOW) == NOW + HOUR
    assert next_boundary([NOW, None], NOW) is None


@pytest.mark.parametrize(
    ("free", "state"), [(-1, "sold_out"), (0, "sold_out"), (1, "low"), (3, "low"), (4, "in_stock")]
)
def test_free_units_decide_the_state_of_stock(free: int, state: str) -> None:
    assert stock_state(free) == state


def test_a_picture_has_addresses_for_each_format() -> None:
    picture = Picture("bowl-01", 1280, 1600, (320, 640, 960, 1280), "A bowl")
    assert picture.src == "/media/bowl-01-960.webp"
    assert picture.largest == "/media/bowl-01-1280.webp"
    assert picture.srcset("avif").startswith("/media/bowl-01-320.avif 320w, /media/bowl-01-640.avif 640w")
    assert picture.srcset("webp").endswith("/media/bowl-01-1280.webp 1280w")


def test_files_for_the_enlarged_view_are_not_in_the_srcset() -> None:
    large = Picture("bowl-01", 2400, 3000, (640, 1280, 2400))
    assert large.srcset("webp") == "/media/bowl-01-640.webp 640w, /media/bowl-01-1280.webp 1280w"
    assert large.largest == "/media/bowl-01-2400.webp"
    assert Picture("scan", 2000, 2500, (2000,)).srcset("avif") == "/media/scan-2000.avif 2000w"


def test_pictures_are_read_from_one_text() -> None:
    lines = PICTURE_END.join(
        PART_END.join(parts)
        for parts in (("a", "640", "800", "320 640", "Front"), ("b", "320", "400", "320", ""))
    )
    assert read_pictures(lines, "Bowl") == (
        Picture("a", 640, 800, (320, 640), "Front"),
        Picture("b", 320, 400, (320,), "Bowl"),
    )
    assert read_pictures(None, "Bowl") == ()


def row(**values: object) -> SimpleNamespace:
    columns = {
        "id": UUID(int=1), "name": "Pheran", "slug": "pheran", "currency": "USD", "option_names": ["Size"],
        "rating_count": 2, "rating_total": 9, "pictures": None, "published_at": NOW - timedelta(days=29),
    }  # fmt: skip
    return SimpleNamespace(**{**columns, **values})


def test_a_card_shows_the_lowest_price_and_the_stock_of_all_variants() -> None:
    products = [
        Variant(UUID(int=2), 5000, None, None, None, is_stocked=True),
        Variant(UUID(int=3), 4500, 4000, None, None, is_stocked=True, reference_price=4300),
    ]
    card = build_card(
        card_content(row(), products, "Apparel", "2 sizes"), {UUID(int=2): 1, UUID(int=3): 2}, NOW
    )
    assert (card.price, card.compare_at, card.price_from) == (Money(4000, "USD"), Money(4300, "USD"), True)
    assert (card.state, card.available, card.variants_note, card.purchasable_id) == (
        "low",
        3,
        "2 sizes",
        None,
    )
    assert (card.rating_average, card.is_new, card.url) == (4.5, True, "/p/pheran")


def test_a_card_is_one_of_a_kind_when_every_variant_is() -> None:
    def is_one_of_a_kind(*kinds: bool, free: int) -> bool:
        products = [
            Variant(UUID(int=at), 5000, None, None, None, is_stocked=True, one_of_a_kind=kind)
            for at, kind in enumerate(kinds)
        ]
        stock = {product.id: free for product in products}
        return build_card(card_content(row(), products, "Carpets"), stock, NOW).one_of_a_kind

    assert is_one_of_a_kind(True, True, free=1)
    assert not is_one_of_a_kind(True, False, free=1)
    assert not is_one_of_a_kind(True, free=2)


def test_a_product_without_pictures_has_none() -> None:
    content = card_content(row(), [Variant(UUID(int=1), 5000, None, None, None, is_stocked=True)], "")
    assert (content.picture, content.second_picture) == (None, None)


def test_a_product_without_variants_can_be_bought_from_its_card() -> None:
    plain = row(option_names=[], rating_count=0, rating_total=0, published_at=NOW - timedelta(days=30))
    card = build_card(
        card_content(plain, [Variant(UUID(int=1), 5000, None, None, None, is_stocked=True)], ""), {}, NOW
    )
    assert (card.purchasable_id, card.price_from, card.compare_at, card.state) == (
        UUID(int=1),
        False,
        None,
        "sold_out",
    )
    assert (card.rating_average, card.is_new) == (None, False)


def test_the_sale_price_is_shown_during_the_sale() -> None:
    sale = Variant(
        UUID(int=1), 5000, 4000, NOW, NOW + timedelta(days=1), is_stocked=True, reference_price=4500
    )
    content = card_content(row(), [sale], "")
    cards = [build_card(content, {}, NOW + timedelta(days=days)) for days in (-1, 0, 1)]
    assert [card.price.minor for card in cards] == [5000, 4000, 5000]
    assert [card.compare_at for card in cards] == [None, Money(4500, "USD"), None]


def test_a_sale_without_a_lower_price_crosses_nothing_out() -> None:
    sale = Variant(UUID(int=1), 5000, 4000, None, None, is_stocked=True)
    card = build_card(card_content(row(), [sale], ""), {}, NOW)
    assert (card.price, card.compare_at) == (Money(4000, "USD"), None)


def test_a_product_that_is_not_stocked_is_in_stock() -> None:
    gift = Variant(UUID(int=1), 5000, None, None, None, is_stocked=False)
    card = build_card(card_content(row(option_names=[]), [gift], ""), {}, NOW)
    assert (card.state, card.available) == ("in_stock", 999)
