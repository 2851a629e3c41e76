"""Reads that pages with pieces are made of."""

from kashcraft.product_cards.queries.cards import cards
from kashcraft.product_cards.queries.index import current_index
from kashcraft.product_cards.queries.pages import ProductPage, live_state, product_page

__all__ = ["ProductPage", "cards", "current_index", "live_state", "product_page"]
