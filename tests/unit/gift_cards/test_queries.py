"""Cards by code, their terms for a cart, and reads for staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import new_id
from kashcraft.core.money import Money
from kashcraft.gift_cards import queries, rules, services
from kashcraft.gift_cards.queries import Balance, GiftCardStatistics, find_code
from kashcraft.gift_cards.rules import GiftCardState
from kashcraft.pricing.rules import GiftCardTerms
from tests.factories.gift_cards import make_card, pay
from tests.factories.vouchers import an_order
from tests.support.plans import recorded

pytestmark = pytest.mark.usefixtures("database")
MONTH = timedelta(days=30)


def with_keys(app: Flask, patch: pytest.MonkeyPatch, *keys: str) -> None:
    patch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], encryption_keys=list(keys)))


def test_a_card_is_found_however_its_code_is_typed() -> None:
    card, code = make_card()
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        found = queries.find_by_code(typed)
        assert found is not None
        assert found.id == card.id


def test_wrong_and_cancelled_codes_find_nothing() -> None:
    card, code = make_card()
    last = "0" if code[-1] != "0" else "1"
    assert queries.find_by_code(code[:-1] + last) is None
    assert queries.find_by_code("") is None
    in_step(lambda: services.cancel(card_id=card.id))
    assert queries.find_by_code(code) is None


def test_card_is_found_after_a_rotation_of_keys(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(app, monkeypatch, "the first key")
    old, old_code = make_card()
    with_keys(app, monkeypatch, "the second key", "the first key")
    new, new_code = make_card()
    for card, code in ((old, old_code), (new, new_code)):
        found = queries.find_by_code(code)
        assert found is not None
        assert (found.id, find_code(found)) == (card.id, code)
    with_keys(app, monkeypatch, "the second key")
    assert queries.find_by_code(old_code) is None
    assert queries.find_by_code(new_code) is not None


def test_terms_of_usable_cards_are_in_the_given_order(frozen: FrozenClock) -> None:
    ends = frozen.moment + MONTH
    first, second, ended, cancelled = (
        make_card(value, expires_at=end)[0]
        for value, end in ((500, None), (700, ends), (900, frozen.moment + timedelta(days=1)), (100, None))
    )
    in_step(lambda: services.cancel(card_id=cancelled.id))
    frozen.advance(days=1)
    ids = [second.id, ended.id, first.id, cancelled.id, new_id(), second.id]
    assert queries.list_terms(ids) == [
        GiftCardTerms(
            reference=second.id, label=f"…{second.last_four}", balance=700, currency="USD", expires_at=ends
        ),
        GiftCardTerms(reference=first.id, label=f"…{first.last_four}", balance=500, currency="USD"),
    ]


def test_charges_of_the_unpaid_order_count_as_available() -> None:
    card, order_id = make_card(5_000)[0], an_order()
    pay(order_id, (card, 4_000))
    assert [terms.balance for terms in queries.list_terms([card.id])] == [1_000]
    assert [terms.balance for terms in queries.list_terms([card.id], order_id=order_id)] == [5_000]
    in_step(lambda: services.return_payment(order_id=order_id))
    assert [terms.balance for terms in queries.list_terms([card.id], order_id=order_id)] == [5_000]


def test_terms_take_one_statement_and_none_without_cards(count_statements: Callable[[], Any]) -> None:
    ids = [make_card()[0].id for _ in range(4)]
    with count_statements() as seen:
        queries.list_terms(ids, order_id=new_id())
    assert len(seen) == 1
    with count_statements() as seen:
        assert queries.list_terms([]) == []
    assert len(seen) == 0


def test_balance_is_what_can_be_paid(frozen: FrozenClock) -> None:
    card, code = make_card(5_000, expires_at=frozen.moment + MONTH)
    pay(an_order(), (card, 1_250))
    balance = Balance(
        last_four=card.last_four,
        left=Money(3_750, "USD"),
        initial=Money(5_000, "USD"),
        state=GiftCardState.ACTIVE,
        expires_at=frozen.moment + MONTH,
    )
    assert queries.find_balance(code) == balance
    frozen.advance(days=30)
    assert queries.find_balance(code) == replace(balance, left=Money(0, "USD"), state=GiftCardState.EXPIRED)
    assert queries.find_balance("GC-0000-0000-0000-0000") is None


def test_code_for_the_email_is_found_until_the_card_is_cancelled() -> None:
    card, code = make_card()
    assert queries.find_code_by_id(card.id) == code
    assert queries.find_code_by_id(new_id()) is None
    in_step(lambda: services.cancel(card_id=card.id))
    assert queries.find_code_by_id(card.id) is None


def test_cards_that_paid_for_an_order_are_listed() -> None:
    one, two, order_id = make_card()[0], make_card()[0], an_order()
    pay(order_id, (one, 300), (two, 200))
    in_step(lambda: services.refund(order_id=order_id, refund_id=new_id(), amount=100))
    assert queries.list_paid(order_id) == [(f"…{one.last_four}", 300), (f"…{two.last_four}", 100)]
    assert queries.list_paid(new_id()) == []


def test_staff_find_cards_by_last_four_and_by_names() -> None:
    zoon, code = make_card(recipient_name="Zoon Dar", recipient_email="zoon@shop.example")
    make_card(purchased_by_email="100%@shop.example")

    def found(**asked: Any) -> tuple[int, int]:
        rows, total = queries.list_cards(**({"page": 1, "size": 10} | asked))
        return len(rows), total

    assert found() == (2, 2)
    assert found(size=1, page=2) == (1, 2)
    assert found(text="zoon dar") == found(text=f"…{code[-4:]}") == found(text="100%@") == (1, 1)
    assert found(text="nobody") == (0, 0)
    order_id = an_order()
    pay(order_id, (zoon, 10_000))
    assert found(order_id=order_id) == found(state=GiftCardState.USED) == (1, 1)
    assert found(state=GiftCardState.ACTIVE, text="zoon") == (0, 0)
    assert queries.find_any_by_code(code.lower()) == queries.find_by_code(code)
    in_step(lambda: services.cancel(card_id=zoon.id))
    cancelled = queries.find_any_by_code(code)
    assert cancelled is not None
    assert (cancelled.id, queries.find_by_code(code)) == (zoon.id, None)
    assert queries.get_card(zoon.id).recipient_name == "Zoon Dar"
    with pytest.raises(NotFound):
        queries.get_card(new_id())


def test_statistics_add_up(frozen: FrozenClock) -> None:
    cards = [make_card(1_000, expires_at=frozen.moment + (n + 1) * MONTH)[0] for n in range(4)]
    order_id = an_order()
    pay(order_id, (cards[0], 400), (cards[3], 600))
    in_step(lambda: services.refund(order_id=order_id, refund_id=new_id(), amount=100))
    in_step(lambda: services.cancel(card_id=cards[1].id))
    in_step(lambda: services.adjust(card_id=cards[2].id, change=-50, key="count"))
    frozen.advance(days=30)
    waiting = GiftCardStatistics(
        currency="USD", cards=4, issued=4_000, redeemed=900, expired=0, cancelled=1_000, adjusted=-50,
        outstanding=1_450,
    )  # fmt: skip
    assert queries.list_statistics() == [waiting]
    in_step(services.expire_due)
    assert queries.list_statistics() == [replace(waiting, expired=600)]


@pytest.mark.parametrize("sort", ["value", "balance", "end", "issued"])
def test_cards_are_sorted_by_a_column_in_both_directions(sort: str) -> None:
    now = clock.now()
    first, _ = make_card(1_000, expires_at=now + timedelta(1))
    second, _ = make_card(2_000)

    def ids(sort: str) -> list[object]:
        return [one.id for one in queries.list_cards(page=1, size=9, sort=sort)[0]]

    assert ids(sort) == [first.id, second.id]
    assert ids(f"-{sort}") == [second.id, first.id]


def test_list_and_rules_agree_on_the_state(frozen: FrozenClock) -> None:
    now = frozen.moment
    cards = [make_card(expires_at=end)[0] for end in (None, now + MONTH, now, now, now + MONTH, None)]
    frozen.advance(microseconds=-1)
    pay(an_order(), (cards[1], 10_000), (cards[2], 10_000))
    frozen.advance(microseconds=1)
    in_step(lambda: services.cancel(card_id=cards[4].id))
    found = {}
    for state in GiftCardState:
        rows, total = queries.list_cards(page=1, size=9, state=state)
        assert {rules.state_of(one, now) for one in rows} == {state}
        found[state] = total
    assert found == {
        GiftCardState.ACTIVE: 2,
        GiftCardState.USED: 1,
        GiftCardState.EXPIRED: 2,
        GiftCardState.CANCELLED: 1,
    }


def test_months_add_up_to_the_outstanding_balance(frozen: FrozenClock) -> None:
    starts = [datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5, 6)]
    frozen.moment = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
    old, _ = make_card(700)
    frozen.moment = starts[0]
    card, other = make_card(1_000, expires_at=starts[2])[0], make_card(2_000)[0]
    frozen.moment = starts[1]
    order_id = an_order()
    pay(order_id, (card, 400), (other, 500))
    in_step(lambda: services.refund(order_id=order_id, refund_id=new_id(), amount=100))
    in_step(lambda: services.adjust(card_id=other.id, change=-50, key="count"))
    frozen.moment = starts[2] + timedelta(days=1)
    in_step(services.expire_due)
    in_step(lambda: services.cancel(card_id=old.id))
    months = queries.list_months(starts, "USD")
    assert [astuple(month)[1:] for month in months] == [
        (3_000, 0, 0, 0, 0, 3_700),
        (0, 800, 0, 0, -50, 2_850),
        (0, 0, 600, 700, 0, 1_550),
    ]
    assert [month.start for month in months] == starts[:3]
    assert queries.list_statistics()[0].outstanding == months[-1].outstanding
    assert {month.outstanding for month in queries.list_months(starts, "EUR")} == {0}


def test_staff_see_the_cards_of_order_lines() -> None:
    assert queries.list_of_lines([new_id()]) == []


def test_no_growing_table_is_scanned() -> None:
    card, code = make_card()
    order_id, refund_id = an_order(), new_id()
    with recorded(db.engine) as seen:
        queries.find_by_code(code)
        queries.list_terms([card.id], order_id=order_id)
        queries.list_entries(card.id)
        queries.list_of_lines([new_id()])
        pay(order_id, (card, 500))
        in_step(lambda: services.return_payment(order_id=order_id))
        pay(order_id, (card, 500))
        in_step(lambda: services.refund(order_id=order_id, refund_id=refund_id, amount=200))
        queries.list_paid(order_id)
        for job in (services.deliver_due, services.expire_due, services.forget_codes):
            in_step(job)
        in_step(lambda: services.cancel(card_id=card.id))
    assert [(table, text) for table, text in seen.scans() if table.startswith("gift_card")] == []
