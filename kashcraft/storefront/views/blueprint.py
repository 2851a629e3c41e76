"""The blueprint that the storefront's views register with, and how its templates write days and stock."""

from datetime import date

from babel.dates import format_date
from flask import Blueprint

from kashcraft.core.context import settings
from kashcraft.product_cards.rules import stock_words

bp = Blueprint("storefront", __name__)
bp.add_app_template_filter(stock_words)


@bp.app_template_filter("day")
def day(moment: date) -> str:
    """Return a day without its year, as the shop's language writes it ("December 3")."""
    return format_date(moment, "MMMM d", locale=settings().shop_locale)


@bp.app_template_filter("full_day")
def full_day(moment: date) -> str:
    """Return a day with its year ("December 3, 2026")."""
    return format_date(moment, "long", locale=settings().shop_locale)
