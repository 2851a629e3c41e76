"""Cards and lists as pure arithmetic: what a piece costs now, whether it is there, which pieces match."""

from kashcraft.product_cards.rules.bitsets import bits_of, mask_of, pick, position_mask
from kashcraft.product_cards.rules.cards import (
    FEW,
    Card,
    Picture,
    Sellable,
    build_card,
    choices_note,
    next_boundary,
    price_now,
    read_pictures,
    stock_state,
    stock_words,
)
from kashcraft.product_cards.rules.index import Index, IndexBuilder, Listed
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

__all__ = [
    "FACETS",
    "FEW",
    "RATINGS",
    "SORTS",
    "Card",
    "FacetCount",
    "Index",
    "IndexBuilder",
    "Listed",
    "Picture",
    "Result",
    "Selection",
    "Sellable",
    "bits_of",
    "build_card",
    "choices_note",
    "mask_of",
    "next_boundary",
    "pick",
    "position_mask",
    "price_now",
    "read_pictures",
    "run_selection",
    "similar_to",
    "stock_state",
    "stock_words",
]
