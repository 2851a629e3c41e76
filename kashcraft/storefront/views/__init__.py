"""The storefront's addresses."""

from kashcraft.storefront.views import gifts, lists, live, machines, pages, pieces, points
from kashcraft.storefront.views.blueprint import bp

__all__ = ["bp", "gifts", "lists", "live", "machines", "pages", "pieces", "points"]
