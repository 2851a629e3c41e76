"""The rows of a product page: live stock in one statement, everything else in another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kashcraft.catalogue import services
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.inventory.models import HolderKind, Inventory, InventoryReservation
from kashcraft.product_cards.queries import find_product_page, list_priced_variants
from tests.factories.catalogue import (
    add_picture,
    make_category,
    make_product,
    make_product_with_variants,
    variants_of,
)

pytestmark = pytest.mark.usefixtures("database")


def test_expired_holds_are_free(frozen: FrozenClock) -> None:
    product = make_product("Bowl", stock=5)
    with step():
        for minutes, quantity in ((-1, 2), (10, 1)):
            db.session.add(
                InventoryReservation(
                    product_id=product.id,
                    quantity=quantity,
                    holder_kind=HolderKind.ORDER,
                    holder_id=new_id(),
                    expires_at=frozen.moment + timedelta(minutes=minutes),
                )
            )
        db.session.execute(sa.update(Inventory).values(reserved=3))
    assert [one.free for one in list_priced_variants("bowl", frozen.moment)] == [4]


def test_a_page_is_read_in_two_statements(frozen: FrozenClock, count_statements: Callable[[], Any]) -> None:
    category = make_category()
    cap = make_product_with_variants(
        "Cap",
        prices=("30.00", "35.00", "40.00"),
        stocks=(0, 2, 9),
        categories=[category],
        materials=("Wool", "Silk"),
    )
    other = make_product()
    with step():
        services.relate(product_id=cap.id, related_ids=[other.id])
        add_picture(cap, alt="A cap")
        add_picture(variants_of(cap)[2], alt="A large cap", stem="large-0123456789ab")
    with count_statements() as seen:
        live = list_priced_variants("cap", frozen.moment)
        page = find_product_page("cap", live)
    assert len(seen) == 2
    assert page is not None
    assert [(one.values, one.price, one.free) for one in page.variants] == [
        (("S",), 3000, 0), (("M",), 3500, 2), (("L",), 4000, 9),
    ]  # fmt: skip
    assert (page.materials, page.category_id, page.related_ids) == (
        ("Wool", "Silk"),
        category.id,
        (other.id,),
    )
    assert [one.alt for one in page.pictures] == ["A cap", "A large cap"]
    assert page.variant_pictures == {page.variants[2].id: (page.pictures[1],)}


def test_an_archived_product_has_no_page(frozen: FrozenClock) -> None:
    bowl, cap = make_product("Bowl"), make_product_with_variants("Cap")
    for product in (bowl, *variants_of(cap)):
        with step():
            services.archive_product(product_id=product.id)
    assert list_priced_variants("bowl", frozen.moment) == list_priced_variants("cap", frozen.moment) == ()
    assert list_priced_variants("missing", frozen.moment) == ()
