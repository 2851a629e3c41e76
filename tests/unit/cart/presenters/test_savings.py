"""The texts of the code box."""

from dataclasses import replace
from uuid import UUID

import pytest

from kashcraft.cart.presenters import code_name, refusal_of_code, savings, voucher_refusal
from kashcraft.cart.rules import GIFT_CARD, VOUCHER, Benefits, Code, RewardChoice
from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.pricing.rules import (
    CartToPrice,
    GiftCardTerms,
    LineToPrice,
    PointsTerms,
    Quote,
    RewardKind,
    RewardTerms,
    VoucherKind,
    VoucherTerms,
    quote,
)

BOWL = LineToPrice(key="bowl", product_id="p", quantity=1, unit_price=5_000, regular_price=5_000, tax_rate=0)
SPRING = VoucherTerms(reference="spring", code="SPRING", kind=VoucherKind.PERCENTAGE, value=1_000)
WINTER = replace(SPRING, reference="winter", code="WINTER", requires_code=False)
ENTERED = Code(id=UUID(int=1), kind=VOUCHER, label="SPRING")
CARD = Code(id=UUID(int=2), kind=GIFT_CARD, label="…7K4M", gift_card_id=UUID(int=3))
ON_CARD = GiftCardTerms(reference=UUID(int=3), label="…7K4M", balance=8_000, currency="USD")


def priced(benefits: Benefits) -> Quote:
    return quote(
        CartToPrice(
            currency="USD",
            lines=(BOWL,),
            voucher=benefits.voucher,
            automatic_vouchers=benefits.automatic,
            reward=benefits.reward,
            points=benefits.points,
            gift_cards=benefits.gift_cards,
        )
    )


def texts(benefits: Benefits) -> list[tuple[str, str, bool]]:
    box = savings(benefits, priced(benefits), formats=Formats())
    return [(code.name, code.text, code.problem) for code in box.codes]


def test_a_single_voucher_shows_its_discount() -> None:
    assert texts(Benefits(codes=(ENTERED,), voucher=SPRING)) == [("SPRING", "$5.00 off", False)]


def test_an_unusable_voucher_shows_the_reason() -> None:
    ended = Benefits(codes=(ENTERED,), refusal="voucher_ended")
    assert texts(ended) == [("SPRING", "This code is no longer valid.", True)]
    assert savings(ended, priced(ended), formats=Formats()).problems == ["This code is no longer valid."]


@pytest.mark.parametrize(
    ("value", "by_itself", "code"),
    [
        (500, "", "$5.00 off, $2.50 more than with WINTER"),
        (1_000, "", "$5.00 off, the same as with WINTER"),
        (
            1_500,
            "WINTER applied automatically: $7.50 off, $2.50 more than with SPRING",
            "SPRING is not used: the discount that applies saves $2.50 more.",
        ),
    ],
)
def test_the_better_of_two_vouchers_is_shown_with_its_reason(value: int, by_itself: str, code: str) -> None:
    both = Benefits(codes=(ENTERED,), voucher=SPRING, automatic=(replace(WINTER, value=value),))
    assert savings(both, priced(both), formats=Formats()).automatic == by_itself
    assert texts(both)[0][1] == code


def test_a_gift_card_shows_its_payment_and_remaining_balance() -> None:
    assert texts(Benefits(codes=(CARD,), gift_cards=(ON_CARD,))) == [
        ("Gift card …7K4M", "$50.00 used, $30.00 left on the card", False)
    ]
    used_up = replace(ON_CARD, balance=2_000)
    assert (
        texts(Benefits(codes=(CARD,), gift_cards=(used_up,)))[0][1] == "$20.00 used, nothing left on the card"
    )
    spared = replace(ON_CARD, reference="first", balance=9_000)
    assert texts(Benefits(codes=(CARD,), gift_cards=(spared, ON_CARD))) == [
        ("Gift card …7K4M", "Gift card …7K4M was not needed and keeps its value.", False)
    ]
    assert texts(Benefits(codes=(CARD,))) == [
        ("Gift card …7K4M", "This gift card can no longer be used.", True)
    ]


def test_only_codes_that_can_never_apply_are_refused() -> None:
    both = Benefits(voucher=SPRING, automatic=(replace(WINTER, value=2_000),))
    assert refusal_of_code(priced(both), "spring", Formats()) is None
    short = Benefits(voucher=replace(SPRING, min_order_value=5_001))
    assert refusal_of_code(priced(short), "spring", Formats()) == "SPRING needs $0.01 more in your bag."
    empty = Benefits(gift_cards=(replace(ON_CARD, balance=0),))
    assert refusal_of_code(priced(empty), UUID(int=3), Formats()) == "Gift card …7K4M has nothing left on it."


@pytest.mark.parametrize(
    ("balance", "spent", "most", "worth"),
    [
        (5_100, 0, 5_000, 5_100),
        (300, 200, 300, 300),
        (99, 0, 0, 99),
        (100, 0, 100, 100),
    ],
)
def test_points_range_from_the_minimum_to_the_cost_of_the_goods(
    balance: int, spent: int, most: int, worth: int
) -> None:
    terms = PointsTerms(points=spent, balance=balance)
    benefits = Benefits(points=terms)
    offer = savings(benefits, priced(benefits), formats=Formats(), balance=terms).points
    assert offer is not None
    assert (offer.maximum, offer.spent, offer.worth, offer.saves) == (
        most, spent, Money(worth, "USD"), Money(spent, "USD"),
    )  # fmt: skip


def test_requested_benefits_without_effect_are_problems() -> None:
    benefits = Benefits(
        points=PointsTerms(points=300, balance=200),
        reward=RewardTerms(reference="r", name="A free bowl", kind=RewardKind.FREE_ITEM, product_id="x"),
    )
    box = savings(benefits, priced(benefits), formats=Formats(), balance=PointsTerms(points=0, balance=200))
    assert box.problems == [
        "A free bowl needs a matching item in your bag.",
        "You have 200 points.",
    ]
    gone = Benefits(reward_unavailable=True)
    assert savings(gone, priced(gone), formats=Formats()).problems == ["This reward can no longer be used."]


def test_guests_see_neither_points_nor_rewards() -> None:
    box = savings(Benefits(), priced(Benefits()), formats=Formats())
    assert (box.points, box.rewards, box.problems) == (None, (), [])
    held = (RewardChoice(id=UUID(int=5), name="Five off"),)
    assert savings(Benefits(), priced(Benefits()), formats=Formats(), rewards=held).rewards == held


def test_a_voucher_is_named_by_its_code_and_a_card_by_its_last_four_characters() -> None:
    assert (code_name(ENTERED), code_name(CARD)) == ("SPRING", "Gift card …7K4M")


def test_a_refused_voucher_has_its_reason_in_words() -> None:
    assert voucher_refusal(Benefits(refusal="voucher_used_up")) == "This code has been fully used."
    assert voucher_refusal(Benefits()) == ""
