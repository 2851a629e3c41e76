"""Operations on carts, on both databases."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.cart import queries, services
from kashcraft.cart.models import Cart, CartLine
from kashcraft.cart.presenters import line_notes
from kashcraft.cart.rules import MergeReport, Owner
from kashcraft.catalogue import services as catalogue
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.inventory import services as inventory
from tests.factories import shopping

pytestmark = pytest.mark.usefixtures("database")

NOBODY = Owner()


def add(owner: Owner, product_id: UUID, quantity: int = 1) -> services.LineChange:
    return in_step(lambda: services.add_line(owner=owner, product_id=product_id, quantity=quantity))


def guest(product_id: UUID, quantity: int = 1) -> Owner:
    """Return the owner of a new guest cart with these units in it."""
    return Owner(token=add(NOBODY, product_id, quantity).token)


def quantities(owner: Owner) -> dict[UUID, int]:
    db.session.rollback()
    return {item.product_id: item.quantity for item in queries.get_contents(owner).items}


def test_the_first_product_creates_a_cart_with_a_new_token() -> None:
    bowl = shopping.add_product(stock=10)
    changed = add(NOBODY, bowl, 2)
    assert changed.token is not None
    assert (changed.quantity, changed.requested, changed.capped) == (2, 2, False)
    assert quantities(Owner(token=changed.token)) == {bowl: 2}


def test_a_token_without_a_cart_is_not_reused() -> None:
    bowl = shopping.add_product()
    changed = add(Owner(token="made-up"), bowl)
    assert changed.token not in (None, "made-up")
    assert quantities(Owner(token="made-up")) == {}


def test_adding_a_product_again_raises_the_quantity_of_its_line() -> None:
    bowl = shopping.add_product(stock=10)
    owner = guest(bowl, 2)
    assert add(owner, bowl, 3).quantity == 5
    assert quantities(owner) == {bowl: 5}


def test_a_quantity_above_the_stock_is_capped() -> None:
    bowl = shopping.add_product(stock=3)
    owner = guest(bowl, 2)
    changed = add(owner, bowl, 4)
    assert (changed.quantity, changed.requested, changed.capped) == (3, 6, True)
    assert quantities(owner) == {bowl: 3}
    assert quantity_of_one_addition(bowl, 9) == 3


def quantity_of_one_addition(product_id: UUID, quantity: int) -> int:
    return add(NOBODY, product_id, quantity).quantity


def test_gift_cards_have_no_stock() -> None:
    card = shopping.add_product("Gift card", 5000, gift_card=True)
    owner = guest(card, 20)
    assert quantities(owner) == {card: 20}


@pytest.mark.parametrize("stock", [0, None])
def test_a_sold_out_or_unstocked_product_is_refused(stock: int | None) -> None:
    bowl = shopping.add_product(stock=stock)
    with pytest.raises(DomainError) as refusal:
        add(NOBODY, bowl)
    assert (refusal.value.code, refusal.value.field, refusal.value.details) == (
        "sold_out", "product_id", {"name": "Walnut bowl"},
    )  # fmt: skip
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Cart)) == 0


def test_a_product_with_variants_is_refused_without_a_variant() -> None:
    pheran = shopping.add_sized_product()
    with pytest.raises(DomainError) as refusal:
        add(NOBODY, pheran.id)
    assert (refusal.value.code, refusal.value.details) == ("choose_an_option", {"options": ["Size"]})


def test_an_archived_product_is_refused() -> None:
    bowl = shopping.add_product()
    in_step(lambda: catalogue.archive_product(product_id=bowl))
    with pytest.raises(DomainError, match="no_longer_made"):
        add(NOBODY, bowl)


def test_an_unknown_product_is_not_found() -> None:
    with pytest.raises(NotFound):
        add(NOBODY, uuid4())


def test_a_line_has_the_variant_the_page_and_the_picture() -> None:
    pheran = shopping.add_sized_product(sizes=("S", "M"))
    medium = shopping.variants_of(pheran.id)[1]
    bowl = shopping.add_product()
    owner = guest(medium)
    add(owner, bowl)
    worn, held = queries.get_contents(owner).items
    assert (worn.name, worn.options, worn.picture) == ("Pheran", "Size: M", None)
    assert worn.url == f"/p/pheran?choice={medium}"
    assert held.picture is not None
    assert (held.options, held.url, held.picture.alt) == (
        "",
        "/p/walnut-bowl",
        "Walnut bowl, seen from the side",
    )
    assert (held.free, held.can_be_bought, held.price) == (10, True, Money(4300, "USD"))


def line_of(owner: Owner) -> UUID:
    return queries.get_contents(owner).items[0].line_id


def test_a_quantity_can_be_set_up_to_the_free_units() -> None:
    bowl = shopping.add_product(stock=4)
    owner = guest(bowl)
    line = line_of(owner)
    assert in_step(lambda: services.change_quantity(owner=owner, line_id=line, quantity=3)).quantity == 3
    changed = in_step(lambda: services.change_quantity(owner=owner, line_id=line, quantity=8))
    assert (changed.quantity, changed.capped) == (4, True)
    assert quantities(owner) == {bowl: 4}
    assert in_step(lambda: services.change_quantity(owner=owner, line_id=line, quantity=0)).quantity == 0
    assert quantities(owner) == {}


def test_a_line_of_another_cart_is_not_found_and_not_changed() -> None:
    bowl = shopping.add_product()
    mine, theirs = guest(bowl), guest(bowl, 2)
    line = line_of(theirs)
    for attempt in (
        lambda: services.change_quantity(owner=mine, line_id=line, quantity=9),
        lambda: services.remove_line(owner=mine, line_id=line),
        lambda: services.save_for_later(owner=mine, line_id=line),
        lambda: services.remove_line(owner=NOBODY, line_id=line),
    ):
        with pytest.raises(NotFound):
            in_step(attempt)
    assert quantities(theirs) == {bowl: 2}


def test_a_removed_line_can_be_restored() -> None:
    bowl = shopping.add_product()
    owner = guest(bowl, 3)
    line = line_of(owner)
    removed = in_step(lambda: services.remove_line(owner=owner, line_id=line))
    assert quantities(owner) == {}
    in_step(
        lambda: services.restore_line(owner=owner, product_id=removed.product_id, quantity=removed.quantity)
    )
    assert quantities(owner) == {bowl: 3}


def test_a_saved_line_is_not_bought_until_it_is_moved_back() -> None:
    bowl = shopping.add_product(stock=2)
    owner = guest(bowl, 2)
    line = line_of(owner)
    in_step(lambda: services.save_for_later(owner=owner, line_id=line))
    cart = queries.get_contents(owner)
    assert (cart.items, cart.count, cart.saved[0].quantity) == ((), 0, 2)
    in_step(lambda: inventory.adjust(product_id=bowl, change=-1, key="count"))
    assert in_step(lambda: services.move_to_cart(owner=owner, line_id=line)).quantity == 1
    assert quantities(owner) == {bowl: 1}


def test_adding_a_saved_product_moves_its_line_back() -> None:
    bowl = shopping.add_product()
    owner = guest(bowl, 5)
    line = line_of(owner)
    in_step(lambda: services.save_for_later(owner=owner, line_id=line))
    assert add(owner, bowl, 2).quantity == 2
    assert (quantities(owner), queries.get_contents(owner).saved) == ({bowl: 2}, ())


def test_changed_prices_are_noted_until_they_are_acknowledged() -> None:
    bowl = shopping.add_product(price=4300)
    owner = guest(bowl)
    in_step(lambda: catalogue.set_price(product_id=bowl, price=Money(4500, "USD")))
    item = queries.get_contents(owner).items[0]
    assert [(note.code, note.text) for note in line_notes(item, Formats())] == [
        ("price_changed", "The price has risen from $43.00 to $45.00.")
    ]
    assert in_step(lambda: services.acknowledge_prices(owner=owner)) == 1
    assert in_step(lambda: services.acknowledge_prices(owner=owner)) == 0
    assert line_notes(queries.get_contents(owner).items[0], Formats()) == []


def test_signing_in_makes_the_guests_cart_the_members() -> None:
    bowl = shopping.add_product()
    owner, user_id = guest(bowl, 2), shopping.customer()
    report = in_step(lambda: services.merge_carts(user_id=user_id, token=owner.token))
    assert report == MergeReport(added=0, raised=0, count=2)
    assert not report.changed
    assert quantities(Owner(user_id=user_id)) == {bowl: 2}
    assert quantities(owner) == {}


def test_merging_takes_the_larger_quantity_of_common_lines() -> None:
    bowl, box, rug, cup = (shopping.add_product(name) for name in ("Bowl", "Box", "Rug", "Cup"))
    user_id = shopping.customer()
    member = Owner(user_id=user_id)
    for product_id, quantity in ((bowl, 1), (box, 4), (rug, 1)):
        add(member, product_id, quantity)
    owner = guest(bowl, 3)
    add(owner, box, 2)
    add(owner, cup, 1)
    report = in_step(lambda: services.merge_carts(user_id=user_id, token=owner.token))
    assert report == MergeReport(added=1, raised=1, count=9)
    assert quantities(member) == {bowl: 3, box: 4, rug: 1, cup: 1}
    assert quantities(owner) == {}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Cart)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CartLine)) == 4


def test_signing_in_without_a_guest_cart_counts_the_members_units() -> None:
    bowl, user_id = shopping.add_product(), shopping.customer()
    assert in_step(lambda: services.merge_carts(user_id=user_id, token=None)) == MergeReport()
    add(Owner(user_id=user_id), bowl, 2)
    assert in_step(lambda: services.merge_carts(user_id=user_id, token="gone")) == MergeReport(count=2)


def test_reading_a_cart_takes_one_statement_for_any_number_of_lines(
    database: Flask, count_statements: object
) -> None:
    owner = guest(shopping.add_product("First"))
    for number in range(5):
        add(owner, shopping.add_product(f"Piece {number}"))
    db.session.rollback()
    with count_statements() as seen:  # type: ignore[operator]
        assert len(queries.get_contents(owner).items) == 6
    assert len(seen) == 1


def test_adding_to_an_existing_cart_takes_two_statements(database: Flask, count_statements: object) -> None:
    bowl = shopping.add_product()
    owner = guest(bowl)
    with count_statements() as seen, step():  # type: ignore[operator]
        services.add_line(owner=owner, product_id=bowl)
    assert len(seen) == 2
