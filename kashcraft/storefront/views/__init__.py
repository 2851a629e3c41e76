"""The storefront's addresses."""

from kashcraft.storefront.views import lists, machines, pages, pieces
from kashcraft.storefront.views.blueprint import bp

__all__ = ["bp", "lists", "machines", "pages", "pieces"]
