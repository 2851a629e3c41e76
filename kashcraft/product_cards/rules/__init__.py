"""Rules of cards and lists: the price at a moment, the state of stock, and which products match a filter."""

from kashcraft.product_cards.rules.bitsets import BitSet
from kashcraft.product_cards.rules.cards import (
    FEW,
    Card,
    CardContent,
    CardContentRow,
    HasPrice,
    Picture,
    PricedVariant,
    Variant,
    build_card,
    card_content,
    cheapest_of,
    next_boundary,
    read_pictures,
    stock_state,
)
from kashcraft.product_cards.rules.index import Index, IndexedProduct, IndexedValue, IndexedVariant
from kashcraft.product_cards.rules.index_drafts import IndexDraft, build_index
from kashcraft.product_cards.rules.listing import (
    FACETS,
    RATINGS,
    SORTS,
    FacetCount,
    Result,
    Selection,
    run_selection,
    similar_to,
)
from kashcraft.product_cards.rules.offers import Offer, OfferRow, build_offer, build_offer_with_variants

__all__ = [
    "FACETS",
    "FEW",
    "RATINGS",
    "SORTS",
    "BitSet",
    "Card",
    "CardContent",
    "CardContentRow",
    "FacetCount",
    "HasPrice",
    "Index",
    "IndexDraft",
    "IndexedProduct",
    "IndexedValue",
    "IndexedVariant",
    "Offer",
    "OfferRow",
    "Picture",
    "PricedVariant",
    "Result",
    "Selection",
    "Variant",
    "build_card",
    "build_index",
    "build_offer",
    "build_offer_with_variants",
    "card_content",
    "cheapest_of",
    "next_boundary",
    "read_pictures",
    "run_selection",
    "similar_to",
    "stock_state",
]
