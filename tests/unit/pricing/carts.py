"""Builders of pricing input for tests; every value has a default, so a test names only what it is about."""

from typing import Any

from kashcraft.pricing.rules import (
    CartToPrice,
    GiftCardTerms,
    LineToPrice,
    PointsTerms,
    RewardKind,
    RewardTerms,
    ShippingChoice,
    VoucherKind,
    VoucherTerms,
)

TWENTY_PERCENT = 200_000


def line(key: str, unit_price: int, quantity: int = 1, **more: Any) -> LineToPrice:
    defaults: dict[str, Any] = {"product_id": key, "regular_price": unit_price, "tax_rate": 0}
    return LineToPrice(key=key, unit_price=unit_price, quantity=quantity, **(defaults | more))


def gift_card_line(key: str, amount: int) -> LineToPrice:
    return line(key, amount, is_gift_card=True)


def cart(*lines: LineToPrice, **more: Any) -> CartToPrice:
    return CartToPrice(currency=more.pop("currency", "USD"), lines=lines, **more)


def percentage(value: int, code: str = "CODE", **more: Any) -> VoucherTerms:
    """Return a percentage voucher; the value is basis points."""
    return VoucherTerms(reference=code, code=code, kind=VoucherKind.PERCENTAGE, value=value, **more)


def fixed(value: int, code: str = "CODE", **more: Any) -> VoucherTerms:
    return VoucherTerms(reference=code, code=code, kind=VoucherKind.FIXED, value=value, **more)


def reward(kind: RewardKind, **more: Any) -> RewardTerms:
    return RewardTerms(reference="reward", name="A thank-you", kind=kind, **more)


def points(count: int, balance: int = 1_000_000, **more: Any) -> PointsTerms:
    return PointsTerms(points=count, balance=balance, **more)


def standard(price: int, **more: Any) -> ShippingChoice:
    return ShippingChoice(code="standard", name="Standard", price=price, **({"tax_rate": 0} | more))


def express(price: int, **more: Any) -> ShippingChoice:
    return ShippingChoice(
        code="express", name="Express", price=price, is_express=True, **({"tax_rate": 0} | more)
    )


def card(label: str, balance: int, **more: Any) -> GiftCardTerms:
    return GiftCardTerms(reference=label, label=label, balance=balance, **({"currency": "USD"} | more))
