"""What a cart decides without a database: what may be bought, what makes it cheaper, and what it costs."""

from kashcraft.cart.rules.benefits import (
    GIFT_CARD,
    MOST_GIFT_CARDS,
    VOUCHER,
    Benefits,
    Code,
    RewardChoice,
    points_room,
)
from kashcraft.cart.rules.contents import (
    CartItem,
    Contents,
    MergeReport,
    Owner,
    SoldProduct,
    Wishes,
    allowed,
    check_addable,
    merged_quantity,
    price_at,
    with_own_holds,
)
from kashcraft.cart.rules.gifts import FARTHEST_DAYS, LONGEST_MESSAGE, Gift, key_of
from kashcraft.cart.rules.pricing import (
    MOST,
    NO_RATES,
    NOTHING,
    DeliveryOption,
    Item,
    Priced,
    Terms,
    basket,
    needs_delivery,
    priced,
    shipping_choice,
)

# Stands in a member's cookie instead of a token: their cart is found by who they are.
MEMBER = "member"

__all__ = [
    "FARTHEST_DAYS",
    "GIFT_CARD",
    "LONGEST_MESSAGE",
    "MEMBER",
    "MOST",
    "MOST_GIFT_CARDS",
    "NOTHING",
    "NO_RATES",
    "VOUCHER",
    "Benefits",
    "CartItem",
    "Code",
    "Contents",
    "DeliveryOption",
    "Gift",
    "Item",
    "MergeReport",
    "Owner",
    "Priced",
    "RewardChoice",
    "SoldProduct",
    "Terms",
    "Wishes",
    "allowed",
    "basket",
    "check_addable",
    "key_of",
    "merged_quantity",
    "needs_delivery",
    "points_room",
    "price_at",
    "priced",
    "shipping_choice",
    "with_own_holds",
]
