"""Offers have the same price and stock on every page, in two statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Status
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.core.money import Money
from kashcraft.inventory import services as inventory
from kashcraft.inventory.models import HolderKind
from kashcraft.product_cards.queries import list_cards, list_offers
from tests.factories.catalogue import (
    add_picture,
    make_product,
    make_product_with_variants,
    make_review,
    variants_of,
)
from tests.factories.orders import uncounted

pytestmark = pytest.mark.usefixtures("database")


def test_an_offer_has_everything_that_a_page_shows(frozen: FrozenClock) -> None:
    bowl = make_product(
        "Bowl", price="40.00", sale_price="30.00", stock=2, sku="BOWL", picture=True,
        sold={"sale_ends_at": frozen.moment + timedelta(hours=1), "weight_grams": 700},
    )  # fmt: skip
    make_review(bowl, 4)
    make_review(bowl, 5)

    offer = list_offers([bowl.id])[bowl.id]

    assert (offer.product_id, offer.page_id, offer.name, offer.url) == (bowl.id, bowl.id, "Bowl", "/p/bowl")
    assert (offer.price, offer.compare_at) == (Money(3000, "USD"), Money(4000, "USD"))
    assert (offer.options, offer.sku, offer.weight_grams, offer.tax_class) == ("", "BOWL", 700, "standard")
    assert (offer.free, offer.state, offer.can_be_bought) == (2, "low", True)
    assert (offer.rating_count, offer.rating_average) == (2, 4.5)
    assert offer.picture is not None
    assert (offer.picture.stem, offer.picture.alt) == ("shawl-0123456789ab", "A folded shawl")
    after = list_offers([bowl.id], now=frozen.moment + timedelta(hours=1))[bowl.id]
    assert (after.price, after.compare_at) == (Money(4000, "USD"), None)


def test_a_variant_has_the_name_rating_and_pictures_of_its_page(frozen: FrozenClock) -> None:
    cap = make_product_with_variants(
        "Cap", options={"Size": ("S",), "Color": ("Red", "Blue")}, prices=("30.00", "35.00"), stocks=(0, 4)
    )
    red, blue = variants_of(cap)
    with step():
        add_picture(cap, "All", "all-0123456789ab")
        add_picture(cap, "Blue one", "blue-0123456789ab", [blue.id])
    make_review(cap, 3)

    offers = list_offers([red.id, blue.id])

    assert [(one.name, one.options, one.url) for one in offers.values()] == [
        ("Cap", "Size: S, Color: Red", f"/p/cap?choice={red.id}"),
        ("Cap", "Size: S, Color: Blue", f"/p/cap?choice={blue.id}"),
    ]
    assert [one.page_id for one in offers.values()] == [cap.id, cap.id]
    assert [one.picture.stem for one in offers.values() if one.picture] == [
        "all-0123456789ab", "blue-0123456789ab",
    ]  # fmt: skip
    assert [(one.price.minor, one.state, one.can_be_bought) for one in offers.values()] == [
        (3000, "sold_out", False),
        (3500, "in_stock", True),
    ]
    assert [one.rating_average for one in offers.values()] == [3.0, 3.0]


def test_a_product_with_variants_has_the_price_of_the_cheapest(frozen: FrozenClock) -> None:
    cap = make_product_with_variants("Cap", prices=("35.00", "30.00", "30.00"), stocks=(1, 0, 1))

    offer = list_offers([cap.id])[cap.id]

    assert (offer.price, offer.price_from, offer.free, offer.state) == (Money(3000, "USD"), True, 2, "low")
    assert (offer.has_variants, offer.is_active, offer.can_be_bought) == (True, True, False)
    for variant in variants_of(cap)[1:]:
        with step():
            services.archive_product(product_id=variant.id)
    offer = list_offers([cap.id])[cap.id]
    assert (offer.price, offer.price_from, offer.free) == (Money(3500, "USD"), False, 1)


def test_an_archived_product_has_an_offer_that_cannot_be_bought(frozen: FrozenClock) -> None:
    bowl, draft = make_product("Bowl", stock=5), make_product(status=Status.DRAFT, stock=5)
    cap = make_product_with_variants("Cap", stocks=(5,))
    variants = variants_of(cap)
    with step():
        services.archive_product(product_id=bowl.id)
        services.archive_product(product_id=cap.id)

    offers = list_offers([bowl.id, draft.id, cap.id, variants[0].id])

    assert [(one.is_active, one.can_be_bought) for one in offers.values()] == [(False, False)] * 4
    assert {one.price for one in offers.values()} == {Money(4000, "USD")}


def test_unknown_ids_have_no_offer(count_statements: Callable[[], Any]) -> None:
    assert list_offers([new_id()]) == {}
    with count_statements() as none:
        assert list_offers([]) == {}
    assert len(none) == 0


def test_products_that_are_not_stocked_or_not_counted_are_unlimited(frozen: FrozenClock) -> None:
    blend = uncounted(name="Blend")
    card = make_product("Gift card", price="25.00", stock=0, sold={"is_gift_card": True})

    offers = list_offers([blend.id, card.id])

    assert [(one.free, one.state, one.can_be_bought) for one in offers.values()] == [
        (999, "in_stock", True)
    ] * 2
    assert (offers[card.id].is_gift_card, offers[card.id].most_per_order) == (True, 999)


def test_units_of_an_unpaid_order_are_held_until_the_hold_ends(frozen: FrozenClock) -> None:
    bowl, until = make_product("Bowl", stock=1), clock.now() + timedelta(minutes=10)
    with step():
        inventory.hold(
            holder_kind=HolderKind.ORDER, holder_id=new_id(), lines=[(bowl.id, 1)], expires_at=until
        )

    offer = list_offers([bowl.id])[bowl.id]
    assert (offer.free, offer.state, offer.held_until, offer.can_be_bought) == (0, "held", until, False)
    frozen.advance(minutes=10)
    offer = list_offers([bowl.id])[bowl.id]
    assert (offer.free, offer.state, offer.held_until, offer.can_be_bought) == (1, "low", None, True)


def test_a_card_and_an_offer_agree(frozen: FrozenClock) -> None:
    ids: list[UUID] = [
        make_product("Bowl", sale_price="30.00", stock=2, picture=True).id,
        make_product("Rug", stock=0).id,
        make_product_with_variants("Cap", prices=("30.00", "35.00"), stocks=(0, 4, 0)).id,
        uncounted(name="Blend").id,
    ]

    offers = list_offers(ids)

    for card in list_cards(ids, frozen.moment):
        offer = offers[card.product_id]
        said = ("name", "url", "price", "compare_at", "price_from", "state", "one_of_a_kind")
        assert [getattr(card, one) for one in said] == [getattr(offer, one) for one in said]
        assert (card.available, card.picture) == (offer.free, offer.picture)
        assert (card.purchasable_id is None) is offer.has_variants


def test_the_number_of_statements_does_not_depend_on_the_number_of_offers(
    frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    ids = [make_product().id for _ in range(6)] + [make_product_with_variants().id for _ in range(4)]
    with count_statements() as few:
        list_offers(ids[:1])
    with count_statements() as many:
        assert len(list_offers(ids)) == 10
    assert len(few) == len(many)
