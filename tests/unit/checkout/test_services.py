"""Filling in a checkout, placing its order and restarting it, on both databases."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from kashcraft.accounts.models import AddressType
from kashcraft.accounts.rules import Address
from kashcraft.accounts.services import save_address
from kashcraft.cart import queries as carts
from kashcraft.cart import services as cart_services
from kashcraft.cart.rules import Owner
from kashcraft.checkout import queries, services
from kashcraft.checkout.models import Checkout, CheckoutStatus
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError
from kashcraft.inventory import services as inventory
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.taxes.models import TaxRate
from tests.factories import shopping
from tests.factories.gift_cards import make_card
from tests.factories.people import person
from tests.factories.vouchers import make_voucher

pytestmark = pytest.mark.usefixtures("database")

HOME = Address("Ada Lovelace", "", "1 Main Street", "", "Berkeley", "CA", "94704", "US")
TOTAL = 10511


@pytest.fixture
def bowl(database: object) -> UUID:
    """A bowl for 43.00, five of them, in a shop that delivers."""
    shopping.add_taxes_and_delivery()
    return shopping.add_product("Walnut bowl", 4300, stock=5)


@pytest.fixture
def owner(bowl: UUID) -> Owner:
    """A guest with two bowls who has filled in both steps."""
    token = in_step(lambda: cart_services.add_line(owner=Owner(), product_id=bowl, quantity=2)).token
    guest = Owner(token=token)
    in_step(lambda: services.save_contact(owner=guest, email="ada@example.com", shipping=HOME, billing=None))
    in_step(lambda: services.choose_delivery(owner=guest, code="standard"))
    return guest


def snapshot_of(owner: Owner) -> dict[str, Any]:
    state = queries.find_checkout_state(owner)
    assert state is not None
    db.session.rollback()
    return state.snapshot


def place(owner: Owner) -> services.Placement:
    seen = snapshot_of(owner)
    return in_step(lambda: services.place_order(owner=owner, seen=seen))


def statuses() -> list[tuple[CheckoutStatus, str | None]]:
    db.session.rollback()
    rows = db.session.scalars(
        sa.select(Checkout).order_by(Checkout.id).execution_options(populate_existing=True)
    )
    return [(row.status, row.email) for row in rows]


def waiting_in_line() -> int:
    """Return the one statement that PostgreSQL needs in addition to count unpaid orders."""
    return int(db.engine.dialect.name == "postgresql")


def test_placing_takes_twelve_statements(owner: Owner, count_statements: Callable[[], Any]) -> None:
    picture = snapshot_of(owner)
    with count_statements() as seen, step():
        placement = services.place_order(owner=owner, seen=picture)
    assert placement.payment is not None
    assert (placement.order.total, placement.payment.amount) == (TOTAL, TOTAL)
    assert len(seen) == 12 + waiting_in_line()


def test_placing_takes_two_more_statements_after_changes_of_zones_or_taxes(
    owner: Owner, count_statements: Callable[[], Any]
) -> None:
    picture = snapshot_of(owner)
    with step() as session:
        session.execute(sa.update(TaxRate).values(name="VAT"))
    with count_statements() as seen, step():
        services.place_order(owner=owner, seen=picture)
    assert len(seen) == 14 + waiting_in_line()


def test_stock_is_locked_last(owner: Owner, count_statements: Callable[[], Any]) -> None:
    picture = snapshot_of(owner)
    with count_statements() as seen, step():
        services.place_order(owner=owner, seen=picture)
    changed = [text.split()[2 if text.startswith("INSERT") else 1] for text in seen.texts if text[0] in "IU"]
    assert changed == [
        "orders", "order_lines", "order_events", "checkouts", "carts", "payments",
        "inventory_reservations", "inventories",
    ]  # fmt: skip


def entered(owner: Owner, code: str) -> None:
    in_step(lambda: cart_services.enter_code(owner=owner, code=code))


@pytest.mark.parametrize(("cards", "expected"), [(0, 16), (1, 19), (2, 20)])
def test_a_guests_voucher_adds_four_statements_and_gift_cards_two_and_one_each(
    owner: Owner, count_statements: Callable[[], Any], cards: int, expected: int
) -> None:
    entered(owner, make_voucher().code)
    for _ in range(cards):
        entered(owner, make_card(1_000)[1])
    picture = snapshot_of(owner)
    with count_statements() as seen, step():
        placement = services.place_order(owner=owner, seen=picture)
    assert (placement.order.discount_total, placement.order.gift_card_total) == (860, cards * 1_000)
    assert len(seen) == expected + waiting_in_line()


def test_the_page_before_the_payment_takes_two_statements(
    owner: Owner, count_statements: Callable[[], Any]
) -> None:
    # Zones and rates are cached by the first page that needs them.
    queries.find_checkout_state(owner)
    db.session.rollback()
    with count_statements() as seen:
        state = queries.find_checkout_state(owner)
    assert state is not None
    assert state.due.minor == TOTAL
    assert len(seen) == 2


def test_each_step_takes_two_statements(owner: Owner, count_statements: Callable[[], Any]) -> None:
    # Zones and rates are cached by the first page that needs them.
    queries.find_checkout_state(owner)
    db.session.rollback()
    with count_statements() as contact, step():
        services.save_contact(owner=owner, email="eve@example.com", shipping=HOME, billing=HOME)
    with count_statements() as delivery, step():
        services.choose_delivery(owner=owner, code="express")
    assert (len(contact), len(delivery)) == (2, 2)
    state = queries.find_checkout_state(owner)
    assert state is not None
    assert state.checkout is not None
    assert state.chosen is not None
    assert (state.checkout.email, state.billing, state.chosen.code) == ("eve@example.com", HOME, "express")


def test_contact_details_of_a_cart_of_gift_cards_are_a_name_and_a_country(bowl: UUID) -> None:
    card = shopping.add_product("Gift card", 2500, gift_card=True)
    guest = Owner(token=in_step(lambda: cart_services.add_line(owner=Owner(), product_id=card)).token)
    saved = in_step(
        lambda: services.save_contact(owner=guest, email="ada@example.com", shipping=HOME, billing=HOME)
    )
    state = queries.find_checkout_state(guest)
    assert saved.by_email
    assert state is not None
    assert state.checkout is not None
    assert state.address == Address("Ada Lovelace", country="US")
    assert state.checkout.billing_address is None


@pytest.mark.parametrize("code", ["pigeon", "", "x" * 500, "pickup"])
def test_a_delivery_method_that_is_not_offered_changes_nothing(owner: Owner, code: str) -> None:
    with pytest.raises(DomainError, match="delivery_unavailable"):
        in_step(lambda: services.choose_delivery(owner=owner, code=code))
    state = queries.find_checkout_state(owner)
    assert state is not None
    assert state.checkout is not None
    assert state.checkout.delivery_code == "standard"


def test_a_delivery_method_needs_an_address_and_a_cart(bowl: UUID) -> None:
    with pytest.raises(DomainError, match="empty_cart"):
        in_step(lambda: services.choose_delivery(owner=Owner(token="none"), code="standard"))
    token = in_step(lambda: cart_services.add_line(owner=Owner(), product_id=bowl)).token
    with pytest.raises(DomainError, match="incomplete"):
        in_step(lambda: services.choose_delivery(owner=Owner(token=token), code="standard"))


def test_only_members_can_save_an_address_and_only_a_new_one(
    owner: Owner, count_statements: Callable[[], Any]
) -> None:
    state = queries.find_checkout_state(owner)
    assert state is not None
    assert state.address is not None
    user_id = person(email="book@shop.example")
    member = Owner(user_id=user_id)
    with count_statements() as of_guest:
        assert queries.is_new_address(owner, state) is False
    assert queries.is_new_address(member, state) is True

    for street in ("Elsewhere 1", state.address.street_address):
        saved = {**state.address.to_dict(), "street_address": street}
        with step():
            save_address(user_id=user_id, kind=AddressType.SHIPPING, address=saved, is_default=False)
    with count_statements() as of_member:
        assert queries.is_new_address(member, state) is False

    assert (len(of_guest), len(of_member)) == (0, 1)


def test_placing_marks_the_checkout_and_the_cart(owner: Owner) -> None:
    order = place(owner).order
    assert statuses() == [(CheckoutStatus.PLACED, "ada@example.com")]
    assert carts.get_contents(owner).pending_order_id == order.id


def test_placing_again_gives_the_same_order_and_payment(owner: Owner) -> None:
    first, second = place(owner), in_step(lambda: services.place_order(owner=owner, seen=None))
    assert first.order.id == second.order.id
    assert first.payment is not None
    assert second.payment is not None
    assert first.payment.id == second.payment.id


@pytest.mark.parametrize("change", [{"total": 1}, {"lines": {}}, {"address": ""}, None])
def test_a_different_snapshot_places_no_order(owner: Owner, change: dict[str, Any] | None) -> None:
    now = snapshot_of(owner)
    seen = None if change is None else now | change
    with pytest.raises(DomainError) as refusal:
        in_step(lambda: services.place_order(owner=owner, seen=seen))
    assert (refusal.value.code, refusal.value.details) == ("order_changed", {"seen": seen, "now": now})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 0


def test_a_sold_out_line_places_no_order(owner: Owner, bowl: UUID) -> None:
    in_step(lambda: inventory.adjust(product_id=bowl, change=-4, key="count"))
    with pytest.raises(DomainError, match="out_of_stock"):
        place(owner)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 0
    assert statuses() == [(CheckoutStatus.OPEN, "ada@example.com")]


def test_an_incomplete_checkout_places_no_order(owner: Owner, bowl: UUID) -> None:
    token = in_step(lambda: cart_services.add_line(owner=Owner(), product_id=bowl)).token
    for attempt in (Owner(token=token), Owner(), Owner(token="made-up")):
        with pytest.raises(DomainError, match="incomplete|empty_cart"):
            in_step(lambda attempt=attempt: services.place_order(owner=attempt, seen=None))


def test_paying_closes_the_checkout_and_empties_the_cart(owner: Owner) -> None:
    order_id = place(owner).order.id
    in_step(lambda: orders.mark_paid(order_id=order_id))
    assert statuses() == [(CheckoutStatus.CLOSED, "ada@example.com")]
    assert carts.get_contents(owner).items == ()


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_an_unpaid_order_leaves_an_open_checkout_with_its_details(
    owner: Owner, end: str, frozen: Any
) -> None:
    order_id = place(owner).order.id
    if end == "cancelled":
        in_step(lambda: orders.cancel(order_id=order_id))
    else:
        frozen.advance(minutes=31)
        in_step(lambda: orders.expire(order_id=order_id))
    assert statuses() == [
        (CheckoutStatus.CLOSED, "ada@example.com"),
        (CheckoutStatus.OPEN, "ada@example.com"),
    ]
    state = queries.find_checkout_state(owner)
    assert state is not None
    assert (state.address, state.chosen is not None, state.order) == (HOME, True, None)
    again = place(owner).order
    assert (again.id != order_id, again.status) == (True, OrderStatus.PENDING)


def test_an_order_being_paid_is_not_cancelled_by_a_cart_change(owner: Owner, bowl: UUID) -> None:
    order_id = place(owner).order.id
    waiting = carts.get_contents(owner)
    in_step(lambda: orders.mark_paid(order_id=order_id))
    assert in_step(lambda: cart_services.make_editable(cart=waiting)).cancelled_order == ""
    in_step(lambda: cart_services.add_line(owner=owner, product_id=bowl))
    assert db.session.get_one(Order, order_id).status is OrderStatus.PAID


def test_a_payment_retry_needs_an_order(owner: Owner) -> None:
    with pytest.raises(DomainError, match="nothing_placed"):
        in_step(lambda: services.retry_payment(owner=owner))


def test_a_changed_country_needs_another_method_only_if_the_old_one_is_unavailable(owner: Owner) -> None:
    abroad = Address("Emmy Noether", "", "Hauptstraße 1", "", "Berlin", "", "10115", "DE")
    in_step(lambda: services.choose_delivery(owner=owner, code="express"))
    in_step(lambda: services.save_contact(owner=owner, email="e@example.com", shipping=abroad, billing=None))
    state = queries.find_checkout_state(owner)
    assert state is not None
    assert (state.chosen, [choice.code for choice in state.choices]) == (None, ["standard"])
