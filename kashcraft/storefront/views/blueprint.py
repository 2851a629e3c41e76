"""The blueprint that the storefront's views register with, and how its templates write stock."""

from flask import Blueprint

from kashcraft.product_cards.presenters import stock_words

bp = Blueprint("storefront", __name__)
bp.add_app_template_filter(stock_words)
