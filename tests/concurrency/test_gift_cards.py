"""Concurrent orders charge the same cards, and none pays more than its balance, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.db import db, in_step
from kashcraft.core.ids import new_id
from kashcraft.gift_cards import jobs, services
from kashcraft.gift_cards.models import EntryKind, GiftCard, GiftCardUsage
from tests.factories.gift_cards import make_card, pay
from tests.factories.people import person
from tests.factories.rows import add_row
from tests.factories.vouchers import an_order
from tests.support.races import at_once, codes


def charger(order_id: UUID, amounts: Sequence[tuple[UUID, int]]) -> Callable[[], Any]:
    """Return a call that charges (card, amount) for an order."""
    return lambda: in_step(lambda: services.charge(order_id=order_id, amounts=amounts))


def balance(card_id: UUID) -> int:
    return db.session.scalar(sa.select(GiftCard.current_balance).where(GiftCard.id == card_id)) or 0


def books_are_right() -> None:
    """Check that every balance is the sum of its ledger."""
    written = sa.select(sa.func.sum(GiftCardUsage.amount)).where(GiftCardUsage.gift_card_id == GiftCard.id)
    rows = db.session.execute(sa.select(GiftCard.current_balance, written.scalar_subquery())).all()
    assert rows
    assert all(left == total >= 0 for left, total in rows)


def entries(kind: EntryKind) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(GiftCardUsage.kind == kind)) or 0


def test_three_of_sixteen_charges_of_30_succeed_on_a_card_of_100(database: Flask) -> None:
    card_id = make_card(10_000)[0].id
    answers = at_once(database, [charger(an_order(), [(card_id, 3_000)]) for _ in range(16)])
    assert codes(answers) == {"ok": 3, "gift_card_short": 13}
    assert balance(card_id) == 1_000
    assert entries(EntryKind.CHARGE) == 3
    books_are_right()


def test_two_cards_in_opposite_order_do_not_deadlock(database: Flask) -> None:
    first, second = make_card(10_000)[0].id, make_card(10_000)[0].id
    pairs = [[(first, 1_000), (second, 1_000)], [(second, 1_000), (first, 1_000)]]
    answers = at_once(database, [charger(an_order(), pairs[number % 2]) for number in range(24)])
    assert codes(answers) == {"ok": 10, "gift_card_short": 14}
    assert (balance(first), balance(second)) == (0, 0)
    books_are_right()


def test_concurrent_returns_count_once(database: Flask) -> None:
    card, order_id = make_card(5_000)[0], an_order()
    card_id = card.id
    pay(order_id, (card, 4_000))
    answers = at_once(database, [lambda: in_step(lambda: services.return_payment(order_id=order_id))] * 8)
    assert sorted(answers) == [0] * 7 + [4_000]
    assert balance(card_id) == 5_000
    books_are_right()


def test_concurrent_refunds_do_not_exceed_the_payment(database: Flask) -> None:
    card, order_id = make_card(5_000)[0], an_order()
    card_id = card.id
    pay(order_id, (card, 4_000))
    same = new_id()

    def refund(refund_id: UUID) -> Callable[[], Any]:
        return lambda: in_step(lambda: services.refund(order_id=order_id, refund_id=refund_id, amount=1_500))

    answers = at_once(database, [refund(same)] * 6 + [refund(new_id()) for _ in range(6)])
    done = [answer for answer in answers if answer == [(card_id, 1_500)]]
    assert entries(EntryKind.REFUND) == 2
    assert len(done) in {2, 7}
    assert set(codes(answers)) == {"ok", "gift_card_refund_too_much"}
    assert balance(card_id) == 4_000
    books_are_right()


def test_concurrent_issues_of_one_unit_issue_one_card(database: Flask) -> None:
    line_id = in_step(lambda: add_row("order_lines"))

    def issue() -> UUID:
        return in_step(
            lambda: (
                services.issue(
                    card=services.NewCard(value=500, currency="USD", order_line_id=line_id, order_line_unit=1)
                )[0].id
            )
        )

    assert len(set(at_once(database, [issue] * 8))) == 1
    assert entries(EntryKind.ISSUE) == 1
    books_are_right()


def test_card_expires_once_during_concurrent_charges(database: Flask) -> None:
    ids = [make_card(1_000, expires_at=clock.now() + timedelta(seconds=60))[0].id for _ in range(6)]
    orders = [charger(an_order(), [(card_id, 400)]) for card_id in ids]
    with clock.frozen(clock.now() + timedelta(seconds=59)) as stopped:
        calls = [call for order in orders for call in (order, lambda: stopped.advance(seconds=1))]
        at_once(database, [*calls, *[jobs.expire_due] * 4])
    with clock.frozen(stopped.moment):
        jobs.expire_due()
    assert [balance(card_id) for card_id in ids] == [0] * 6
    assert entries(EntryKind.EXPIRE) == 6
    books_are_right()


def test_concurrent_bulk_issues_with_one_key_issue_once(database: Flask) -> None:
    asha = person()

    def issue() -> Any:
        return in_step(
            lambda: [
                code
                for _, code in services.bulk_issue(
                    count=20, value=100, currency="USD", user_id=asha, key="fair"
                )
            ]
        )

    answers = at_once(database, [issue] * 6)
    assert len({tuple(answer) for answer in answers}) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GiftCard)) == 20
    books_are_right()
