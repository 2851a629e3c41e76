"""The checkout: one page in three steps. Each is a form that works by itself and swaps the page with htmx."""

from kashcraft.checkout.views import codes, steps
from kashcraft.checkout.views.steps import bp

__all__ = ["bp", "codes", "steps"]
