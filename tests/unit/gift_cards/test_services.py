"""Issuing, charging, returning, refunding and writing off cards, on both databases. Ledgers are checked after
each test.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.gift_cards import jobs, queries, services
from kashcraft.gift_cards.models import (
    ActionKind,
    EntryKind,
    GiftCard,
    GiftCardAction,
    GiftCardStatus,
    GiftCardUsage,
)
from kashcraft.gift_cards.queries import find_code
from kashcraft.gift_cards.services import Receiver
from kashcraft.notifications.models import Message
from tests.factories.gift_cards import make_card, pay
from tests.factories.people import person
from tests.factories.rows import add_row
from tests.factories.vouchers import an_order

MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def books(database: Any, frozen: FrozenClock) -> Iterator[None]:
    """Check after every test that each balance is the sum of its ledger, and each row's running sum."""
    yield
    db.session.rollback()
    for card in db.session.scalars(sa.select(GiftCard)):
        total = 0
        entries = queries.list_entries(card.id)
        for entry in sorted(entries, key=lambda entry: entry.created_at):
            total += entry.amount
            assert entry.balance == total
        assert card.current_balance == total >= 0


def card_now(card: GiftCard) -> GiftCard:
    db.session.rollback()
    return db.session.scalars(
        sa.select(GiftCard).where(GiftCard.id == card.id).execution_options(populate_existing=True)
    ).one()


def left(card: GiftCard) -> int:
    return card_now(card).current_balance


def entries(card: GiftCard) -> list[tuple[EntryKind, int]]:
    return [(entry.kind, entry.amount) for entry in queries.list_entries(card.id)]


def a_line() -> UUID:
    def write() -> UUID:
        line_id: UUID = add_row("order_lines")
        return line_id

    return in_step(write)


def return_payment(order_id: UUID) -> int:
    return in_step(lambda: services.return_payment(order_id=order_id))


def refund(order_id: UUID, amount: int, refund_id: UUID | None = None) -> list[tuple[UUID, int]]:
    refund_id = refund_id or new_id()
    return in_step(lambda: services.refund(order_id=order_id, refund_id=refund_id, amount=amount))


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.raises(DomainError, match=f"^{code}")


def test_an_issued_card_is_found_by_its_code_and_worth_its_value() -> None:
    card, code = make_card(5_000, recipient_name="Zoon", design="gift-card-1")
    found = queries.find_by_code(code)
    assert found is not None
    assert (found.id, found.initial_value, found.current_balance, found.currency) == (
        card.id,
        5_000,
        5_000,
        "USD",
    )
    assert (found.last_four, find_code(found), found.recipient_name) == (code[-4:], code, "Zoon")
    assert entries(card) == [(EntryKind.ISSUE, 5_000)]


def test_the_code_itself_is_stored_nowhere() -> None:
    _, code = make_card()
    stored = db.session.execute(sa.text("SELECT * FROM gift_cards")).one()
    plain = code.removeprefix("GC-").replace("-", "")
    assert not any(code in str(value) or plain in str(value) for value in stored)


def test_one_unit_of_an_order_line_has_one_card() -> None:
    line_id = a_line()
    first, code = make_card(order_line_id=line_id, order_line_unit=1)
    again, same_code = make_card(order_line_id=line_id, order_line_unit=1)
    other, _ = make_card(order_line_id=line_id, order_line_unit=2)
    assert (again.id, same_code) == (first.id, code)
    assert other.id != first.id
    assert entries(first) == [(EntryKind.ISSUE, 10_000)]


def test_card_can_have_a_chosen_code() -> None:
    card, code = make_card(code="gc kash craf-tdem 0001")
    found = queries.find_by_code("GC-KASH-CRAF-TDEM-0001")
    assert code == "GC-KASH-CRAF-TDEM-0001"
    assert found is not None
    assert (found.id, found.last_four) == (card.id, "0001")

    with refused("gift_card_code_taken"):
        make_card(code="GC-KASH-CRAF-TDEM-OOO1")
    with refused("gift_card_code"):
        make_card(code="GC-KASH-CRAF")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GiftCard)) == 1


@pytest.mark.parametrize("value", [0, -1])
def test_card_without_value_is_refused(value: int) -> None:
    with refused("gift_card_value"):
        make_card(value)


def test_bulk_issue_returns_codes_and_marks_cards_as_sent(frozen: FrozenClock) -> None:
    issued = in_step(
        lambda: services.bulk_issue(count=1_001, value=2_500, currency="USD", notes="Fair", user_id=None)
    )
    assert len({code for _, code in issued}) == 1_001
    card, code = issued[-1]
    found = queries.find_by_code(code)
    assert found is not None
    assert (found.id, found.sent_at, found.notes) == (card.id, frozen.moment, "Fair")
    assert [(one.cards, one.issued, one.outstanding) for one in queries.list_statistics()] == [
        (1_001, 2_502_500, 2_502_500)
    ]
    with refused("gift_card_count"):
        in_step(lambda: services.bulk_issue(count=0, value=2_500, currency="USD"))


def test_card_pays_in_parts_until_it_is_empty(frozen: FrozenClock) -> None:
    card, _ = make_card(10_000)
    first_day = frozen.moment
    pay(an_order(), (card, 3_000))
    assert (left(card), card_now(card).first_used_at, card_now(card).fully_used_at) == (
        7_000,
        first_day,
        None,
    )
    frozen.advance(days=1)
    pay(an_order(), (card, 7_000))
    assert (left(card), card_now(card).first_used_at, card_now(card).fully_used_at) == (
        0,
        first_day,
        first_day + timedelta(days=1),
    )
    assert entries(card) == [
        (EntryKind.ISSUE, 10_000),
        (EntryKind.CHARGE, -3_000),
        (EntryKind.CHARGE, -7_000),
    ]


def test_insufficient_card_stops_all_charges() -> None:
    rich, poor, order_id = make_card(10_000)[0], make_card(1_000)[0], an_order()
    with refused("gift_card_short") as refusal:
        pay(order_id, (rich, 5_000), (poor, 1_001))
    assert refusal.value.details == {"card_id": str(poor.id), "available": 1_000}
    assert (left(rich), left(poor)) == (10_000, 1_000)


@pytest.mark.parametrize("state", ["ended", "cancelled", "missing"])
def test_a_card_that_cannot_be_used_pays_nothing(state: str, frozen: FrozenClock) -> None:
    card = make_card(expires_at=frozen.moment + MONTH)[0]
    if state == "ended":
        frozen.advance(days=30)
    if state == "cancelled":
        in_step(lambda: services.cancel(card_id=card.id))
    card_id = new_id() if state == "missing" else card.id
    order_id = an_order()
    with refused("gift_card_short") as refusal:
        in_step(lambda: services.charge(order_id=order_id, amounts=[(card_id, 1)]))
    assert refusal.value.details == {"card_id": str(card_id), "available": 0}


def test_order_charges_a_card_once() -> None:
    card, other, order_id = make_card()[0], make_card()[0], an_order()
    assert pay(order_id, (card, 3_000)) == {card.id: 3_000}
    assert pay(order_id, (card, 3_000)) == {}
    assert pay(order_id, (card, 3_000), (other, 500)) == {other.id: 500}
    assert (left(card), left(other)) == (7_000, 9_500)


def test_charge_takes_one_statement_per_card_and_one_for_the_ledger(
    count_statements: Callable[[], Any],
) -> None:
    order_id = an_order()
    pairs = [(make_card()[0].id, 100) for _ in range(2)]
    with count_statements() as seen:
        in_step(lambda: services.charge(order_id=order_id, amounts=pairs))
    assert len(seen) == 3


def test_unpaid_order_returns_its_charges_once_and_can_charge_again() -> None:
    card, other, order_id = make_card(5_000)[0], make_card()[0], an_order()
    pay(order_id, (card, 5_000), (other, 700))
    assert return_payment(order_id) == 5_700
    assert return_payment(order_id) == 0
    assert (left(card), left(other), card_now(card).fully_used_at) == (5_000, 10_000, None)
    assert pay(order_id, (card, 5_000), (other, 700)) == {card.id: 5_000, other.id: 700}
    assert (left(card), left(other)) == (0, 9_300)
    assert return_payment(order_id) == 5_700
    assert (left(card), left(other)) == (5_000, 10_000)


def test_returning_without_a_charge_does_nothing() -> None:
    assert return_payment(an_order()) == 0


def test_returned_money_can_be_spent_by_another_order() -> None:
    card, order_id = make_card(5_000)[0], an_order()
    pay(order_id, (card, 4_000))
    return_payment(order_id)
    pay(an_order(), (card, 2_000))
    with refused("gift_card_short") as refusal:
        pay(order_id, (card, 4_000))
    assert refusal.value.details["available"] == 3_000


def test_refunds_go_to_the_cards_that_paid_and_never_exceed_the_charges(frozen: FrozenClock) -> None:
    soon = make_card(2_000, expires_at=frozen.moment + 2 * MONTH)[0]
    never, bystander, order_id = make_card(3_000)[0], make_card()[0], an_order()
    pay(order_id, (soon, 2_000), (never, 3_000))
    assert refund(order_id, 2_500) == [(never.id, 2_500)]
    assert dict(refund(order_id, 1_000)) == {never.id: 500, soon.id: 500}
    with refused("gift_card_refund_too_much") as refusal:
        refund(order_id, 1_501)
    assert refusal.value.details == {"available": 1_500}
    assert refund(order_id, 1_500) == [(soon.id, 1_500)]
    assert (left(soon), left(never), left(bystander)) == (2_000, 3_000, 10_000)
    assert queries.list_paid(order_id) == [(f"…{soon.last_four}", 0), (f"…{never.last_four}", 0)]


def test_same_refund_counts_once() -> None:
    card, order_id, refund_id = make_card()[0], an_order(), new_id()
    pay(order_id, (card, 5_000))
    assert refund(order_id, 2_000, refund_id) == refund(order_id, 2_000, refund_id) == [(card.id, 2_000)]
    assert left(card) == 7_000


def test_order_without_cards_has_no_refund() -> None:
    order_id = an_order()
    assert refund(order_id, 0) == []
    with refused("gift_card_refund_too_much"):
        refund(order_id, 1)


def test_expired_card_is_valid_again_for_its_refund_only(frozen: FrozenClock) -> None:
    card, order_id, unpaid = make_card(expires_at=frozen.moment + MONTH)[0], an_order(), an_order()
    pay(order_id, (card, 6_000))
    pay(unpaid, (card, 1_000))
    frozen.advance(days=31)
    jobs.expire_due()
    assert (left(card), entries(card)[-1]) == (0, (EntryKind.EXPIRE, -3_000))
    return_payment(unpaid)
    jobs.expire_due()
    assert (left(card), entries(card)[-1]) == (0, (EntryKind.EXPIRE, -1_000))
    refund(order_id, 6_000)
    assert (left(card), card_now(card).expires_at) == (6_000, frozen.moment + MONTH)
    pay(an_order(), (card, 6_000))


def test_cancelling_writes_off_the_balance_once() -> None:
    card = make_card()[0]
    pay(an_order(), (card, 4_000))
    for _ in range(2):
        cancelled = in_step(lambda: services.cancel(card_id=card.id, reason="Lost"))
        assert (cancelled.status, cancelled.current_balance) == (GiftCardStatus.CANCELLED, 0)
    assert entries(card)[2:] == [(EntryKind.CANCEL, -6_000)]
    with pytest.raises(NotFound):
        in_step(lambda: services.cancel(card_id=new_id()))


def test_unused_cards_of_a_refunded_line_are_cancelled() -> None:
    line_id = a_line()
    cards = [make_card(order_line_id=line_id, order_line_unit=unit)[0] for unit in (1, 2, 3)]
    pay(an_order(), (cards[2], 1))

    def cancel(units: int) -> list[UUID]:
        return [one.id for one in in_step(lambda: services.cancel_units(order_line_id=line_id, units=units))]

    with refused("gift_card_used") as refusal:
        cancel(3)
    assert refusal.value.details == {"available": 2}
    assert cancel(1) == [cards[1].id]
    assert cancel(1) == [cards[0].id]
    with refused("gift_card_used"):
        cancel(1)


def test_correction_counts_once_and_never_goes_below_zero() -> None:
    card = make_card(1_000)[0]

    def adjust(change: int, key: str) -> int:
        return in_step(lambda: services.adjust(card_id=card.id, change=change, key=key)).current_balance

    assert [adjust(500, "first"), adjust(500, "first"), adjust(-1_500, "second")] == [1_500, 1_500, 0]
    assert card_now(card).fully_used_at == clock.now()
    with refused("gift_card_short") as refusal:
        adjust(-1, "third")
    assert refusal.value.details == {"card_id": str(card.id), "available": 0}
    assert adjust(0, "fourth") == 0
    in_step(lambda: services.cancel(card_id=card.id))
    with refused("gift_card_cancelled"):
        adjust(5, "fifth")


def test_correction_of_an_expired_card_or_above_the_maximum_is_refused(
    frozen: FrozenClock,
) -> None:
    card, rich = make_card(1_000, expires_at=frozen.moment + MONTH)[0], make_card(9_999_999_999)[0]
    frozen.advance(days=30)

    def adjust(one: GiftCard, change: int) -> int:
        key = str(new_id())
        return in_step(lambda: services.adjust(card_id=one.id, change=change, key=key)).current_balance

    with refused("gift_card_expired"):
        adjust(card, 1)
    assert adjust(card, -400) == 600
    with refused("gift_card_value"):
        adjust(rich, 2)
    assert adjust(rich, 1) == 10_000_000_000


def test_bulk_issue_with_the_same_key_issues_once(frozen: FrozenClock) -> None:
    asha = person()

    def issue(**values: Any) -> list[tuple[UUID, str]]:
        wanted = {"count": 501, "value": 500, "currency": "USD", "key": "fair", "user_id": asha, **values}
        return [(card.id, code) for card, code in in_step(lambda: services.bulk_issue(**wanted))]

    first = issue()
    assert len({code for _, code in first}) == 501
    assert issue() == first
    assert issue(count=502, value=900) == first
    assert [entry.user_id for entry in queries.list_entries(first[0][0])] == [asha]
    with refused("gift_card_end"):
        issue(key="over", expires_at=frozen.moment)
    frozen.advance(days=30)
    jobs.forget_codes()
    with refused("gift_card_codes_gone"):
        issue()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GiftCard)) == 501


def test_cancelling_an_empty_card_is_recorded() -> None:
    card, asha = make_card(500)[0], person()
    pay(an_order(), (card, 500))
    for _ in range(2):
        in_step(lambda: services.cancel(card_id=card.id, user_id=asha, reason="Stolen"))
    (action,) = queries.list_actions(card.id)
    assert (action.kind, action.user_id, action.notes) == (ActionKind.CANCELLED, asha, "Stolen")
    assert [kind for kind, _ in entries(card)] == [EntryKind.ISSUE, EntryKind.CHARGE]


def delivered(**values: Any) -> GiftCard:
    """Issue a card of an order and queue its e-mail."""
    people = {"recipient_email": "zoon@shop.example", "purchased_by_email": "ada@shop.example"}
    card, _ = make_card(deliver_at=clock.now(), **{**people, **values})
    in_step(services.deliver_due)
    return card


def emails_of(card: GiftCard) -> list[str]:
    rows = sa.select(Message.recipient).where(Message.context["card_id"].as_string() == str(card.id))
    return list(db.session.scalars(rows.order_by(Message.id)))


def send(card: GiftCard, key: str, to: Receiver = Receiver.RECIPIENT, **values: Any) -> None:
    in_step(lambda: services.send_again(card_id=card.id, to=to, key=key, **values))


def test_card_is_sent_again_once_per_key(frozen: FrozenClock) -> None:
    card, asha = delivered(), person()
    frozen.advance(minutes=10)
    send(card, "first", user_id=asha)
    send(card, "first", user_id=asha)
    with refused("gift_card_sent_just_now"):
        send(card, "second")
    frozen.advance(minutes=10)
    send(card, "third", Receiver.BUYER, user_id=asha)
    assert emails_of(card) == ["zoon@shop.example", "zoon@shop.example", "ada@shop.example"]
    assert [(action.kind, action.user_id, action.notes) for action in queries.list_actions(card.id)] == [
        (ActionKind.SENT_AGAIN, asha, "zoon@shop.example"),
        (ActionKind.SENT_AGAIN, asha, "ada@shop.example"),
    ]
    message = db.session.scalars(sa.select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    assert find_code(card_now(card)) not in (None, *map(str, message.context.values()))


def test_only_a_sent_active_card_with_a_stored_code_is_sent_again(
    frozen: FrozenClock,
) -> None:
    waits = make_card(recipient_email="zoon@shop.example", deliver_at=frozen.moment + MONTH)[0]
    spent, over = delivered(), delivered(expires_at=frozen.moment + timedelta(days=1))
    nobody = delivered(purchased_by_email=None)
    old = delivered()
    pay(an_order(), (spent, 10_000))
    frozen.advance(days=2)
    with refused("gift_card_not_to_send"):
        send(nobody, "buyer", Receiver.BUYER)
    frozen.advance(days=28)
    jobs.forget_codes()
    for card in (waits, spent, over, old):
        with refused("gift_card_not_to_send"):
            send(card, "again")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GiftCardAction)) == 0
    with pytest.raises(NotFound):
        in_step(lambda: services.send_again(card_id=new_id(), to=Receiver.BUYER, key="none"))


def test_showing_a_code_is_recorded_and_a_deleted_code_is_refused(frozen: FrozenClock) -> None:
    card, asha = delivered(), person()
    code = in_step(lambda: services.show_code(card_id=card.id, user_id=asha))
    assert code == find_code(card_now(card))
    (action,) = queries.list_actions(card.id)
    assert (action.kind, action.user_id, action.notes) == (ActionKind.CODE_SHOWN, asha, None)
    frozen.advance(days=30)
    jobs.forget_codes()
    with refused("gift_card_code_gone"):
        in_step(lambda: services.show_code(card_id=card.id))


def test_expired_card_is_written_off_once(frozen: FrozenClock) -> None:
    card, forever = make_card(expires_at=frozen.moment + MONTH)[0], make_card()[0]
    empty = make_card(500, expires_at=frozen.moment + MONTH)[0]
    pay(an_order(), (card, 1_000), (empty, 500))
    frozen.advance(days=30, microseconds=-1)
    jobs.expire_due()
    assert left(card) == 9_000
    frozen.advance(microseconds=1)
    jobs.expire_due()
    jobs.expire_due()
    assert (left(card), left(forever)) == (0, 10_000)
    assert entries(card)[2:] == [(EntryKind.EXPIRE, -9_000)]
    assert entries(empty)[2:] == []


def test_cards_expire_in_batches(frozen: FrozenClock) -> None:
    ends = frozen.moment + MONTH
    in_step(lambda: services.bulk_issue(count=450, value=100, currency="USD", expires_at=ends))
    frozen.advance(days=30)
    assert len(in_step(services.expire_due)) == 200
    jobs.expire_due()
    assert db.session.scalar(sa.select(sa.func.sum(GiftCard.current_balance))) == 0
    written = sa.select(sa.func.count()).where(GiftCardUsage.kind == EntryKind.EXPIRE)
    assert db.session.scalar(written) == 450


def test_codes_are_deleted_after_thirty_days_and_still_work(frozen: FrozenClock) -> None:
    card, code = in_step(lambda: services.bulk_issue(count=1, value=100, currency="USD"))[0]
    unsent, _ = make_card()
    frozen.advance(days=30, microseconds=-1)
    jobs.forget_codes()
    assert find_code(card_now(card)) == code
    frozen.advance(microseconds=1)
    jobs.forget_codes()
    assert find_code(card_now(card)) is None
    assert find_code(card_now(unsent)) is not None
    found = queries.find_by_code(code)
    assert found is not None
    assert found.id == card.id


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["charge", "give_back", "refund", "adjust", "expire", "cancel", "wait"]),
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(1, 400),
    ),
    max_size=25,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(OPERATIONS)
def test_random_operations_keep_balances_consistent(
    frozen: FrozenClock, operations: list[tuple[str, int, int, int]]
) -> None:
    """Check the amounts of orders. The fixture ``books`` checks the ledgers of all examples afterwards."""
    ends = (None, frozen.moment + MONTH, frozen.moment + 2 * MONTH)
    cards = [make_card(1_000, expires_at=end)[0].id for end in ends]
    orders = [an_order() for _ in range(4)]
    for action, one, other, amount in operations:
        with contextlib.suppress(DomainError):
            in_step(lambda: _operation(action, cards[one], orders[other], amount))  # noqa: B023 - called at once
        frozen.advance(days=amount / 10 if action == "wait" else 0)
    db.session.rollback()
    moved = sa.select(GiftCardUsage.order_id, GiftCardUsage.gift_card_id, sa.func.sum(GiftCardUsage.amount))
    of_orders = moved.where(GiftCardUsage.order_id.in_(orders)).group_by(
        GiftCardUsage.order_id, GiftCardUsage.gift_card_id
    )
    assert all(total <= 0 for *_, total in db.session.execute(of_orders))
    balances = sa.select(GiftCard.current_balance).where(GiftCard.id.in_(cards))
    assert all(balance >= 0 for balance in db.session.scalars(balances))


def _operation(action: str, card_id: UUID, order_id: UUID, amount: int) -> object:
    verbs: dict[str, Callable[[], object]] = {
        "charge": lambda: services.charge(order_id=order_id, amounts=[(card_id, amount)]),
        "give_back": lambda: services.return_payment(order_id=order_id),
        "refund": lambda: services.refund(order_id=order_id, refund_id=new_id(), amount=amount),
        "adjust": lambda: services.adjust(card_id=card_id, change=amount - 200, key=str(new_id())),
        "expire": services.expire_due,
        "cancel": lambda: services.cancel(card_id=card_id) if amount > 350 else None,
        "wait": lambda: None,
    }
    return verbs[action]()
