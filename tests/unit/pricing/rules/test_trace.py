import json
from dataclasses import asdict

import pytest

from kashcraft.core.formats import Formats
from kashcraft.pricing.presenters import describe_step
from kashcraft.pricing.rules import CartToPrice, RewardKind, TierPerk, TraceStep, quote
from tests.unit.pricing.carts import cart, fixed, line, points, reward, standard

AMERICAN, GERMAN = Formats("en_US"), Formats("de_DE")


def texts(given_basket: CartToPrice, step: str) -> list[str]:
    return [told(one) for one in quote(given_basket).trace if one.step == step]


def told(step: TraceStep, formats: Formats = AMERICAN) -> str:
    """Return a step in words, after the way through the database that an order's steps go."""
    return describe_step(json.loads(json.dumps(asdict(step))), "USD", formats)


def test_a_sale_names_the_regular_price() -> None:
    assert texts(cart(line("A", 2500, regular_price=3000, name="Bowl")), "line") == [
        "1 × Bowl at $25.00, regularly $30.00"
    ]


def test_the_choice_between_vouchers_is_told() -> None:
    better = cart(line("A", 1000), voucher=fixed(100), automatic_vouchers=(fixed(150, "AUTO"),))
    assert texts(better, "voucher") == ["Automatic voucher AUTO: $1.50 off"]
    assert texts(better, "voucher_choice") == ["AUTO saves $0.50 more than CODE"]
    assert texts(better, "rejection") == ["CODE is not used: the discount that applies saves $0.50 more."]
    equal = cart(line("A", 1000), voucher=fixed(150), automatic_vouchers=(fixed(150, "AUTO"),))
    assert texts(equal, "voucher_choice") == ["CODE saves as much as AUTO"]


@pytest.mark.parametrize(
    ("given_basket", "text"),
    [
        (cart(line("A", 5000), shipping=standard(700, free_from=5000)), "Standard, free from $50.00"),
        (
            cart(line("A", 500), shipping=standard(700, perk=TierPerk(name="Gold"))),
            "Standard, free for Gold members",
        ),
        (
            cart(line("A", 500), shipping=standard(700), reward=reward(RewardKind.FREE_SHIPPING)),
            "Standard, free by reward",
        ),
        (cart(line("A", 500), shipping=standard(700)), "Standard"),
    ],
)
def test_free_delivery_says_what_made_it_free(given_basket: CartToPrice, text: str) -> None:
    assert texts(given_basket, "shipping") == [text]


def test_tax_inside_is_told_without_an_amount_of_its_own() -> None:
    steps = quote(cart(line("A", 1200, tax_rate=200_000), tax_inclusive=True)).trace
    assert [(told(step), step.amount) for step in steps if step.step == "tax"] == [
        ("Includes $2.00 tax at 20% on $10.00", None)
    ]


def test_reward_points_and_refusals_have_their_lines() -> None:
    saving = cart(
        line("A", 5000),
        voucher=fixed(100, min_order_value=6000),
        points=points(1500),
        reward=reward(RewardKind.DISCOUNT, value=500),
    )
    assert texts(saving, "reward") == ["Reward: A thank-you"]
    assert [one.amount for one in quote(saving).trace if one.step == "reward"] == [-500]
    assert texts(saving, "points") == ["1,500 points"]
    assert texts(saving, "rejection") == ["CODE needs $10.00 more in your bag."]


def test_any_locale_can_tell_a_kept_step() -> None:
    steps = quote(cart(line("A", 250_000, name="Carpet", tax_rate=88_750), voucher=fixed(100))).trace

    assert [told(step, GERMAN).replace("\xa0", " ") for step in steps] == [
        "1 × Carpet at 2.500,00 $", "Voucher CODE: 1,00 $ off",
        "Tax at 8,875 % on 2.499,00 $, rounded per line", "Total", "To pay",
    ]  # fmt: skip


def test_a_step_from_before_its_values_were_kept_has_its_sentence() -> None:
    kept = {"step": "tax", "text": "Tax at 20% on $55.00, rounded per line", "amount": 1100}

    assert describe_step(kept, "USD", GERMAN) == "Tax at 20% on $55.00, rounded per line"
