import json
from dataclasses import asdict

import pytest

from kashcraft.core.formats import Formats
from kashcraft.pricing.presenters import describe_step
from kashcraft.pricing.rules import CartToPrice, RewardKind, TierPerk, TraceStep, quote
from tests.unit.pricing.carts import cart, fixed, line, points, reward, standard

AMERICAN, GERMAN = Formats("en_US"), Formats("de_DE")


def texts(given_cart: CartToPrice, step: str) -> list[str]:
    return [described(one) for one in quote(given_cart).trace if one.step == step]


def described(step: TraceStep, formats: Formats = AMERICAN) -> str:
    """Return a step as a sentence after a round trip through JSON, as it is stored with an order."""
    return describe_step(json.loads(json.dumps(asdict(step))), "USD", formats)


def test_a_line_on_sale_shows_the_regular_price() -> None:
    assert texts(cart(line("A", 2500, regular_price=3000, name="Bowl")), "line") == [
        "1 × Bowl at $25.00, regularly $30.00"
    ]


def test_the_choice_between_vouchers_is_described() -> None:
    better = cart(line("A", 1000), voucher=fixed(100), automatic_vouchers=(fixed(150, "AUTO"),))
    assert texts(better, "voucher") == ["Automatic voucher AUTO: $1.50 off"]
    assert texts(better, "voucher_choice") == ["AUTO saves $0.50 more than CODE"]
    assert texts(better, "rejection") == ["CODE is not used: the discount that applies saves $0.50 more."]
    equal = cart(line("A", 1000), voucher=fixed(150), automatic_vouchers=(fixed(150, "AUTO"),))
    assert texts(equal, "voucher_choice") == ["CODE saves as much as AUTO"]


@pytest.mark.parametrize(
    ("given_cart", "text"),
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
def test_free_delivery_has_its_reason(given_cart: CartToPrice, text: str) -> None:
    assert texts(given_cart, "shipping") == [text]


def test_included_tax_has_no_amount_of_its_own() -> None:
    steps = quote(cart(line("A", 1200, tax_rate=200_000), tax_inclusive=True)).trace
    assert [(described(step), step.amount) for step in steps if step.step == "tax"] == [
        ("Includes $2.00 tax at 20% on $10.00", None)
    ]


def test_reward_points_and_rejections_have_their_steps() -> None:
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


def test_a_stored_step_is_described_in_any_locale() -> None:
    steps = quote(cart(line("A", 250_000, name="Carpet", tax_rate=88_750), voucher=fixed(100))).trace

    assert [described(step, GERMAN).replace("\xa0", " ") for step in steps] == [
        "1 × Carpet at 2.500,00 $", "Voucher CODE: 1,00 $ off",
        "Tax at 8,875 % on 2.499,00 $, rounded per line", "Total", "To pay",
    ]  # fmt: skip


def test_an_old_step_with_a_text_returns_that_text() -> None:
    stored = {"step": "tax", "text": "Tax at 20% on $55.00, rounded per line", "amount": 1100}

    assert describe_step(stored, "USD", GERMAN) == "Tax at 20% on $55.00, rounded per line"
