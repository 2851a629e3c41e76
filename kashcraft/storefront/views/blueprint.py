"""The blueprint of the storefront and its template filter for stock."""

from flask import Blueprint

from kashcraft.product_cards.presenters import stock_words

bp = Blueprint("storefront", __name__)
bp.add_app_template_filter(stock_words)
