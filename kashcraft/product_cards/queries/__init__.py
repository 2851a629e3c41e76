"""Reads that pages with pieces are made of."""

from kashcraft.product_cards.queries.cards import cards
from kashcraft.product_cards.queries.columns import status_with_page
from kashcraft.product_cards.queries.index import current_index
from kashcraft.product_cards.queries.offers import OFFER, list_offers, with_page_and_picture
from kashcraft.product_cards.queries.pages import ProductPage, live_state, product_page

__all__ = [
    "OFFER",
    "ProductPage",
    "cards",
    "current_index",
    "list_offers",
    "live_state",
    "product_page",
    "status_with_page",
    "with_page_and_picture",
]
