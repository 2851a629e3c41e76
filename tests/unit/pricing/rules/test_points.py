import pytest

from kashcraft.core.money import Money
from kashcraft.pricing.rules import AppliedPoints, Refusal, Rejection, points_earned, quote
from tests.unit.pricing.carts import cart, gift_card_line, line, points


@pytest.mark.parametrize(
    ("net", "multiplier", "earned"),
    [
        (Money(6900, "USD"), 12_500, 86),
        (Money(6900, "USD"), 10_000, 69),
        (Money(6999, "USD"), 10_000, 69),
        (Money(6999, "USD"), 20_000, 139),
        (Money(99, "USD"), 10_000, 0),
        (Money(-500, "USD"), 10_000, 0),
        (Money(5940, "JPY"), 10_000, 59),
        (Money(6900, "JPY"), 15_000, 103),
        (Money(6900, "KWD"), 10_000, 6),
        (Money(750_000_000, "VND"), 20_000, 15_000_000),
    ],
)
def test_a_purchase_earns_whole_points_by_the_multiplier(net: Money, multiplier: int, earned: int) -> None:
    assert points_earned(net, multiplier) == earned


def test_points_are_split_over_what_the_lines_still_cost() -> None:
    result = quote(cart(line("A", 200), line("B", 200), line("C", 200), points=points(400)))
    assert [one.points for one in result.lines] == [134, 133, 133]
    assert result.points == AppliedPoints(points=400, discount=400)
    assert result.total == 200


def test_points_never_exceed_the_cost_of_the_goods() -> None:
    result = quote(cart(line("A", 300), points=points(1000)))
    assert result.points == AppliedPoints(points=300, discount=300)
    assert result.total == 0


def test_a_point_worth_several_minor_units_is_never_split() -> None:
    result = quote(cart(line("A", 1009), points=points(1000, worth=5)))
    assert result.points == AppliedPoints(points=201, discount=1005)
    assert result.total == 4


def test_points_never_pay_for_a_gift_card() -> None:
    result = quote(cart(line("A", 300), gift_card_line("G", 5000), points=points(1000)))
    assert [one.points for one in result.lines] == [300, 0]
    assert result.total == 5000


@pytest.mark.parametrize(
    ("wanted", "balance", "price", "code", "number"),
    [
        (99, 500, 5000, Refusal.BELOW_POINTS_MINIMUM, 100),
        (500, 80, 5000, Refusal.NOT_ENOUGH_POINTS, 80),
        (100, -20, 5000, Refusal.NOT_ENOUGH_POINTS, 0),
        (100, 500, 99, Refusal.TOO_LITTLE_LEFT, 100),
    ],
)
def test_a_rejection_of_points_has_the_number_to_show(
    wanted: int, balance: int, price: int, code: Refusal, number: int
) -> None:
    result = quote(cart(line("A", price), points=points(wanted, balance)))
    assert result.points is None
    assert result.total == price
    assert result.rejections == (Rejection(subject="points", code=code, points=number),)


def test_the_whole_balance_is_applied_where_more_points_are_requested() -> None:
    result = quote(cart(line("A", 5000), points=points(500, 380)))
    assert result.points == AppliedPoints(points=380, discount=380)
    assert result.total == 4620
    assert result.rejections == (Rejection(subject="points", code=Refusal.NOT_ENOUGH_POINTS, points=380),)


def test_the_minimum_and_the_balance_of_points_can_be_spent() -> None:
    result = quote(cart(line("A", 100), points=points(100, 100)))
    assert result.points == AppliedPoints(points=100, discount=100)


def test_zero_requested_points_are_not_rejected() -> None:
    assert quote(cart(line("A", 100), points=points(0))).rejections == ()
