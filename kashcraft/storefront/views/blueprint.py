"""The blueprint that the storefront's views register with, and how its templates write stock."""

from datetime import date

from babel.dates import format_date
from flask import Blueprint

from kashcraft.core.context import settings
from kashcraft.product_cards.rules import stock_words

bp = Blueprint("storefront", __name__)
bp.add_app_template_filter(stock_words)


@bp.app_template_filter("full_day")
def full_day(moment: date) -> str:
    """Return a day with its year."""
    return format_date(moment, "d MMMM y", locale=settings().shop_locale)
