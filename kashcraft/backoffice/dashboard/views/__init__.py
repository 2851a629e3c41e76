"""The first page, and the search for everything."""

from kashcraft.backoffice.dashboard.views import find, front

__all__ = ["find", "front"]
