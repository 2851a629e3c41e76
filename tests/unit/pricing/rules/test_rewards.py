import pytest

from kashcraft.pricing.rules import (
    AppliedReward,
    FreeShipping,
    LineToPrice,
    Refusal,
    Rejection,
    RewardKind,
    RewardTerms,
    quote,
)
from tests.unit.pricing.carts import cart, express, fixed, gift_card_line, line, reward, standard


def refused(code: Refusal) -> tuple[Rejection, ...]:
    return (Rejection(subject="reward", code=code, reference="reward", label="A thank-you"),)


def applied(discount: int) -> AppliedReward:
    return AppliedReward(reference="reward", name="A thank-you", discount=discount)


def test_a_discount_is_split_over_the_amounts_left_by_the_voucher() -> None:
    result = quote(
        cart(
            line("A", 2000),
            line("B", 1000, excluded=True),
            line("C", 1000),
            gift_card_line("G", 5000),
            voucher=fixed(600),
            reward=reward(RewardKind.DISCOUNT, value=1000),
        )
    )
    assert [one.voucher for one in result.lines] == [400, 0, 200, 0]
    assert [one.reward for one in result.lines] == [667, 0, 333, 0]
    assert result.reward == applied(1000)


def test_a_discount_never_exceeds_the_remaining_amount() -> None:
    result = quote(cart(line("A", 300), reward=reward(RewardKind.DISCOUNT, value=1000)))
    assert result.reward == applied(300)
    assert result.total == 0


def test_a_free_item_is_one_unit_at_its_remaining_price() -> None:
    result = quote(
        cart(
            line("A", 10000, 3),
            line("B", 5000),
            voucher=fixed(1000, excluded_products=frozenset({"B"})),
            reward=reward(RewardKind.FREE_ITEM, product_id="A"),
        )
    )
    assert [one.reward for one in result.lines] == [9667, 0]
    assert result.merchandise_after_discounts == 35000 - 1000 - 9667


@pytest.mark.parametrize(("named", "shares"), [("A", [800, 0]), ("parent", [0, 900])])
def test_a_free_item_is_a_product_or_a_variant(named: str, shares: list[int]) -> None:
    lines = (line("A", 800), line("B", 900, parent_id="parent"))
    result = quote(cart(*lines, reward=reward(RewardKind.FREE_ITEM, product_id=named)))
    assert [one.reward for one in result.lines] == shares


def test_the_most_expensive_of_several_variants_is_free() -> None:
    variants = [line(key, price, parent_id="F") for key, price in (("S", 500), ("M", 2000), ("L", 2000))]
    result = quote(cart(*variants, reward=reward(RewardKind.FREE_ITEM, product_id="F")))
    assert [one.reward for one in result.lines] == [0, 2000, 0]


def test_a_free_item_needs_a_product() -> None:
    with pytest.raises(ValueError, match="a free item has a name"):
        reward(RewardKind.FREE_ITEM)


@pytest.mark.parametrize(
    ("terms", "lines", "code"),
    [
        (reward(RewardKind.FREE_ITEM, product_id="Z"), [line("A", 500)], Refusal.ITEM_NOT_IN_CART),
        (
            reward(RewardKind.FREE_ITEM, product_id="A"),
            [line("A", 500, excluded=True)],
            Refusal.ITEM_NOT_IN_CART,
        ),
        (reward(RewardKind.FREE_ITEM, product_id="A"), [line("A", 0)], Refusal.NO_ELIGIBLE_ITEMS),
        (reward(RewardKind.DISCOUNT, value=500), [gift_card_line("G", 500)], Refusal.NO_ELIGIBLE_ITEMS),
        (reward(RewardKind.FREE_SHIPPING), [gift_card_line("G", 500)], Refusal.NO_ELIGIBLE_ITEMS),
    ],
)
def test_a_reward_that_does_not_apply_is_not_used(
    terms: RewardTerms, lines: list[LineToPrice], code: Refusal
) -> None:
    result = quote(cart(*lines, reward=terms))
    assert result.reward is None
    assert result.discount == 0
    assert result.rejections == refused(code)


def test_free_shipping_makes_standard_delivery_free() -> None:
    result = quote(cart(line("A", 500), shipping=standard(700), reward=reward(RewardKind.FREE_SHIPPING)))
    assert result.total == 500
    assert result.reward == applied(0)
    assert result.shipping is not None
    assert result.shipping.free_by is FreeShipping.REWARD


def test_free_shipping_covers_express_only_if_included() -> None:
    plain, wide = reward(RewardKind.FREE_SHIPPING), reward(RewardKind.FREE_SHIPPING, includes_express=True)
    refused_one = quote(cart(line("A", 500), shipping=express(1500), reward=plain))
    assert (refused_one.total, refused_one.reward) == (2000, None)
    assert refused_one.rejections == refused(Refusal.EXPRESS_NOT_COVERED)
    assert quote(cart(line("A", 500), shipping=express(1500), reward=wide)).total == 500


@pytest.mark.parametrize("price", [700, 0])
def test_free_shipping_is_not_used_where_delivery_is_already_free(price: int) -> None:
    free_anyway = standard(price, free_from=500 if price else None)
    result = quote(cart(line("A", 500), shipping=free_anyway, reward=reward(RewardKind.FREE_SHIPPING)))
    assert (result.total, result.reward) == (500, None)
    assert result.rejections == refused(Refusal.NOT_NEEDED)


def test_free_shipping_stays_applied_while_no_method_is_selected() -> None:
    result = quote(cart(line("A", 500), reward=reward(RewardKind.FREE_SHIPPING)))
    assert result.reward == applied(0)
    assert result.rejections == ()
