"""Texts and rows for pages that show a cart: lines, codes and points, totals."""

from kashcraft.cart.presenters.lines import (
    LineNote,
    gift_label,
    gift_sentence,
    line_label,
    line_notes,
    obstacle,
)
from kashcraft.cart.presenters.savings import (
    PointsOffer,
    Savings,
    ShownCode,
    code_name,
    refusal_of_code,
    savings,
    shown_code,
    voucher_refusal,
)
from kashcraft.cart.presenters.totals import (
    AmountRow,
    DeliveryEstimate,
    Totals,
    discount_rows,
    estimate_rows,
    free_note,
    gift_card_rows,
)

__all__ = [
    "AmountRow",
    "DeliveryEstimate",
    "LineNote",
    "PointsOffer",
    "Savings",
    "ShownCode",
    "Totals",
    "code_name",
    "discount_rows",
    "estimate_rows",
    "free_note",
    "gift_card_rows",
    "gift_label",
    "gift_sentence",
    "line_label",
    "line_notes",
    "obstacle",
    "refusal_of_code",
    "savings",
    "shown_code",
    "voucher_refusal",
]
