"""The pricing pipeline: its input is a ``CartToPrice``, its result a ``Quote``.

The order is fixed: unit prices, voucher, reward, points, shipping, tax, total, gift cards, amount due.
Amounts are whole minor units of the cart's currency. Each step rounds half-up once per line. Tax rates are
parts per million (8.875 % is 88,750). Percentages and multipliers are basis points (15 % is 1,500).
"""

from kashcraft.pricing.rules.input import (
    PPM,
    CartToPrice,
    GiftCardTerms,
    Key,
    LineToPrice,
    PointsTerms,
    RewardKind,
    RewardTerms,
    ShippingChoice,
    TierPerk,
    VoucherKind,
    VoucherTerms,
)
from kashcraft.pricing.rules.pipeline import quote
from kashcraft.pricing.rules.points import points_earned, spend_per_point
from kashcraft.pricing.rules.quotation import (
    AppliedPoints,
    AppliedReward,
    AppliedVoucher,
    FreeShipping,
    GiftCardPayment,
    LineQuote,
    Quote,
    Refusal,
    Rejection,
    ShippingQuote,
    StepValue,
    TaxShare,
    TraceStep,
    VoucherReason,
)
from kashcraft.pricing.rules.tax import tax_inside, tax_of, tax_on_top

__all__ = [
    "PPM",
    "AppliedPoints",
    "AppliedReward",
    "AppliedVoucher",
    "CartToPrice",
    "FreeShipping",
    "GiftCardPayment",
    "GiftCardTerms",
    "Key",
    "LineQuote",
    "LineToPrice",
    "PointsTerms",
    "Quote",
    "Refusal",
    "Rejection",
    "RewardKind",
    "RewardTerms",
    "ShippingChoice",
    "ShippingQuote",
    "StepValue",
    "TaxShare",
    "TierPerk",
    "TraceStep",
    "VoucherKind",
    "VoucherReason",
    "VoucherTerms",
    "points_earned",
    "quote",
    "spend_per_point",
    "tax_inside",
    "tax_of",
    "tax_on_top",
]
