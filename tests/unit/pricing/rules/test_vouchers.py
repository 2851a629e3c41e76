import pytest

from kashcraft.pricing.rules import (
    AppliedVoucher,
    LineToPrice,
    Refusal,
    Rejection,
    RewardKind,
    VoucherReason,
    VoucherTerms,
    quote,
)
from tests.unit.pricing.carts import (
    cart,
    fixed,
    gift_card_line,
    line,
    percentage,
    points,
    reward,
    standard,
)


def shares(voucher: VoucherTerms, *lines: LineToPrice) -> list[int]:
    return [one.voucher for one in quote(cart(*lines, voucher=voucher)).lines]


@pytest.mark.parametrize(
    ("voucher", "prices", "parts"),
    [
        (percentage(1500, max_discount=5000), [12000, 23000, 30000], [923, 1769, 2308]),
        (fixed(299), [4300, 1400, 2300], [161, 52, 86]),
        (fixed(400), [200, 200, 200], [134, 133, 133]),
        (fixed(1000), [200, 300], [200, 300]),
        (percentage(1000), [5], [1]),
        (percentage(10_000), [101, 99], [101, 99]),
        (percentage(3333), [1000, 1000, 1000], [334, 333, 333]),
    ],
)
def test_a_voucher_is_calculated_once_capped_and_then_split(
    voucher: VoucherTerms, prices: list[int], parts: list[int]
) -> None:
    lines = [line(str(index), price) for index, price in enumerate(prices)]
    assert shares(voucher, *lines) == parts


def test_categories_include_their_descendants_because_lines_name_all_ancestors() -> None:
    voucher = percentage(1000, applicable_categories=frozenset({"textiles"}))
    shawl = line("shawl", 1000, category_ids=frozenset({"shawls", "textiles"}))
    box = line("box", 1000, category_ids=frozenset({"woodwork"}))
    assert shares(voucher, shawl, box) == [100, 0]


def test_excluded_products_variants_flagged_lines_and_gift_cards_keep_their_price() -> None:
    voucher = percentage(1000, excluded_products=frozenset({"one", "parent"}))
    lines = [
        line("one", 1000),
        line("variant", 1000, parent_id="parent"),
        line("flagged", 1000, excluded=True),
        gift_card_line("gift", 1000),
        line("rest", 1000),
    ]
    assert shares(voucher, *lines) == [0, 0, 0, 0, 100]


@pytest.mark.parametrize(
    ("goods", "code", "number"),
    [
        (3800, Refusal.BELOW_MINIMUM, 1200),
        (4999, Refusal.BELOW_MINIMUM, 1),
        (5000, None, 0),
        (10000, None, 0),
        (10001, Refusal.ABOVE_MAXIMUM, 1),
    ],
)
def test_order_value_limits_are_inclusive_and_report_the_difference(
    goods: int, code: Refusal | None, number: int
) -> None:
    voucher = percentage(1000, min_order_value=5000, max_order_value=10000)
    result = quote(cart(line("A", goods), voucher=voucher))
    refused = (
        Rejection(subject="voucher", code=code, reference="CODE", label="CODE", amount=number)
        if code
        else None
    )
    assert result.rejection_of("voucher") == refused
    assert (result.discount > 0) is (code is None)


def test_order_value_counts_goods_before_discounts_without_gift_cards() -> None:
    voucher = fixed(500, min_order_value=5000)
    enough = quote(cart(line("A", 5000), voucher=voucher, points=points(1000)))
    assert enough.voucher is not None
    short = quote(cart(line("A", 4000), gift_card_line("G", 9000), voucher=voucher))
    assert short.rejections == (
        Rejection(subject="voucher", code=Refusal.BELOW_MINIMUM, reference="CODE", label="CODE", amount=1000),
    )


@pytest.mark.parametrize(
    ("voucher", "code", "number"),
    [
        (percentage(1000, applicable_categories=frozenset({"rugs"})), Refusal.NO_ELIGIBLE_ITEMS, 0),
        (fixed(1000, currency="EUR"), Refusal.WRONG_CURRENCY, 0),
        (fixed(1000, min_discount=800), Refusal.BELOW_MIN_DISCOUNT, 800),
    ],
)
def test_a_voucher_that_does_not_apply_has_a_reason(
    voucher: VoucherTerms, code: Refusal, number: int
) -> None:
    result = quote(cart(line("A", 700), voucher=voucher))
    assert result.voucher is None
    assert result.total == 700
    assert result.rejections == (
        Rejection(subject="voucher", code=code, reference="CODE", label="CODE", amount=number),
    )


def test_a_fixed_voucher_worth_exactly_its_minimum_applies() -> None:
    assert shares(fixed(1000, min_discount=700, currency="USD"), line("A", 700)) == [700]


def test_an_entered_code_applies() -> None:
    result = quote(cart(line("A", 1000), voucher=fixed(100)))
    assert result.voucher == AppliedVoucher(
        reference="CODE", code="CODE", discount=100, reason=VoucherReason.CODE
    )


def test_the_best_automatic_voucher_applies() -> None:
    small, large = fixed(100, "SMALL", requires_code=False), fixed(150, "LARGE", requires_code=False)
    result = quote(cart(line("A", 1000), automatic_vouchers=(small, large)))
    assert result.voucher == AppliedVoucher(
        reference="LARGE",
        code="LARGE",
        discount=150,
        reason=VoucherReason.AUTOMATIC,
        instead_of="SMALL",
        saves_more=50,
    )
    assert result.rejections == ()


@pytest.mark.parametrize(
    ("code_worth", "automatic_worth", "applied", "reason", "difference"),
    [
        (300, 200, "CODE", VoucherReason.CODE_SAVES_MORE, 100),
        (200, 300, "AUTO", VoucherReason.AUTOMATIC_SAVES_MORE, 100),
        (200, 200, "CODE", VoucherReason.CODE_SAVES_MORE, 0),
    ],
)
def test_the_better_of_code_and_automatic_voucher_applies(
    code_worth: int, automatic_worth: int, applied: str, reason: VoucherReason, difference: int
) -> None:
    result = quote(
        cart(line("A", 1000), voucher=fixed(code_worth), automatic_vouchers=(fixed(automatic_worth, "AUTO"),))
    )
    assert result.voucher is not None
    assert result.voucher.code == applied
    assert result.voucher.reason is reason
    assert result.voucher.saves_more == difference
    passed_over = [rejection.code for rejection in result.rejections]
    assert passed_over == ([] if applied == "CODE" else [Refusal.ANOTHER_SAVES_MORE])


def test_the_saving_counts_the_whole_order_including_lost_free_delivery() -> None:
    free_from_90 = standard(1200, free_from=9000)
    result = quote(
        cart(
            line("A", 10000),
            voucher=fixed(1100),
            automatic_vouchers=(fixed(1000, "AUTO"),),
            shipping=free_from_90,
        )
    )
    assert result.total == 9000
    assert result.voucher is not None
    assert result.voucher.code == "AUTO"
    assert result.rejections == (
        Rejection(
            subject="voucher", code=Refusal.ANOTHER_SAVES_MORE, reference="CODE", label="CODE", amount=1100
        ),
    )


def test_a_code_that_makes_the_order_more_expensive_is_not_used() -> None:
    result = quote(cart(line("A", 10000), voucher=fixed(100), shipping=standard(1200, free_from=10000)))
    assert result.total == 10000
    assert result.rejections == (
        Rejection(subject="voucher", code=Refusal.SAVES_NOTHING, reference="CODE", label="CODE", amount=1100),
    )


def test_a_code_is_not_used_where_a_reward_saves_as_much() -> None:
    gift = reward(RewardKind.DISCOUNT, value=1000)
    result = quote(cart(line("A", 500), voucher=fixed(200), reward=gift))
    assert (result.voucher, result.total) == (None, 0)
    assert [rejection.code for rejection in result.rejections] == [Refusal.SAVES_NOTHING]


def test_a_voucher_is_applied_before_points() -> None:
    result = quote(cart(line("A", 500), voucher=fixed(200), points=points(500)))
    assert [(one.voucher, one.points) for one in result.lines] == [(200, 300)]


def test_an_automatic_voucher_that_is_also_entered_is_applied_once() -> None:
    result = quote(cart(line("A", 500), voucher=fixed(200), automatic_vouchers=(fixed(200),)))
    assert result.voucher is not None
    assert result.voucher.instead_of is None


@pytest.mark.parametrize("value", [-1, 10_001])
def test_a_percentage_is_between_0_and_100(value: int) -> None:
    with pytest.raises(ValueError, match=r"voucher's value|percentage"):
        percentage(value)
