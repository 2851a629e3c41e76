"""The rules of carts: contents, benefits and prices."""

from kashcraft.cart.rules.benefits import (
    GIFT_CARD,
    MAX_GIFT_CARDS,
    VOUCHER,
    Benefits,
    Code,
    RewardChoice,
    max_spendable_points,
)
from kashcraft.cart.rules.contents import (
    BuyableProduct,
    CartItem,
    Contents,
    MergeReport,
    Owner,
    RequestedBenefits,
    allowed_quantity,
    check_addable,
    merged_quantity,
    price_at,
    with_own_holds,
)
from kashcraft.cart.rules.gifts import MAX_DAYS_AHEAD, MAX_MESSAGE_LENGTH, Gift, details_key_of
from kashcraft.cart.rules.pricing import (
    MAX_QUANTITY,
    NO_BENEFITS,
    NO_RATES,
    DeliveryOption,
    Item,
    PricedItems,
    PricingTerms,
    cart_to_price,
    needs_delivery,
    price_items,
    shipping_choice,
)

# Replaces the token in the cookie of a member, whose cart is found by the account.
MEMBER = "member"

__all__ = [
    "GIFT_CARD",
    "MAX_DAYS_AHEAD",
    "MAX_GIFT_CARDS",
    "MAX_MESSAGE_LENGTH",
    "MAX_QUANTITY",
    "MEMBER",
    "NO_BENEFITS",
    "NO_RATES",
    "VOUCHER",
    "Benefits",
    "BuyableProduct",
    "CartItem",
    "Code",
    "Contents",
    "DeliveryOption",
    "Gift",
    "Item",
    "MergeReport",
    "Owner",
    "PricedItems",
    "PricingTerms",
    "RequestedBenefits",
    "RewardChoice",
    "allowed_quantity",
    "cart_to_price",
    "check_addable",
    "details_key_of",
    "max_spendable_points",
    "merged_quantity",
    "needs_delivery",
    "price_at",
    "price_items",
    "shipping_choice",
    "with_own_holds",
]
