from datetime import UTC, datetime

import pytest

from kashcraft.pricing.rules import GiftCardTerms, Refusal, Rejection, quote
from tests.unit.pricing.carts import card, cart, gift_card_line, line


def paid(*cards: GiftCardTerms, goods: int = 5000, bought: int = 0) -> list[tuple[str, int]]:
    lines = [line("A", goods)] if goods else []
    lines += [gift_card_line("G", bought)] if bought else []
    return [(pay.label, pay.amount) for pay in quote(cart(*lines, gift_cards=cards)).gift_card_payments]


def test_the_card_that_expires_first_pays_first_and_cards_without_expiry_last() -> None:
    endless = card("endless", 1000)
    june = card("june", 1000, expires_at=datetime(2027, 6, 1, tzinfo=UTC))
    may = card("may", 1000, expires_at=datetime(2027, 5, 1, tzinfo=UTC))
    assert paid(endless, june, may, goods=2500) == [("may", 1000), ("june", 1000), ("endless", 500)]


def test_cards_with_the_same_expiry_pay_in_the_order_entered() -> None:
    assert paid(card("one", 1000), card("two", 1000), goods=1500) == [("one", 1000), ("two", 500)]


def test_gift_cards_pay_and_do_not_change_the_total() -> None:
    result = quote(cart(line("A", 5000), gift_cards=(card("one", 8000),)))
    assert (result.total, result.gift_cards_paid, result.due) == (5000, 5000, 0)
    assert result.discount == 0


def test_a_gift_card_does_not_pay_for_a_gift_card() -> None:
    assert paid(card("one", 9000), goods=3000, bought=5000) == [("one", 3000)]
    result = quote(cart(line("A", 3000), gift_card_line("G", 5000), gift_cards=(card("one", 9000),)))
    assert (result.total, result.due) == (8000, 5000)


@pytest.mark.parametrize(
    ("cards", "goods", "bought", "code"),
    [
        ([card("one", 0)], 5000, 0, Refusal.EMPTY),
        ([card("one", 500, currency="EUR")], 5000, 0, Refusal.WRONG_CURRENCY),
        ([card("first", 9000), card("one", 500)], 5000, 0, Refusal.NOT_NEEDED),
        ([card("first", 9000), card("one", 500)], 5000, 3000, Refusal.NOT_NEEDED),
        ([card("one", 500)], 0, 0, Refusal.NOT_NEEDED),
        ([card("one", 500)], 0, 5000, Refusal.CANNOT_BUY_GIFT_CARDS),
    ],
)
def test_a_rejected_card_has_a_reason(
    cards: list[GiftCardTerms], goods: int, bought: int, code: Refusal
) -> None:
    lines = ([line("A", goods)] if goods else []) + ([gift_card_line("G", bought)] if bought else [])
    result = quote(cart(*lines, gift_cards=tuple(cards)))
    assert result.rejections == (Rejection(subject="gift_card", code=code, reference="one", label="one"),)
