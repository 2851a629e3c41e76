"""The checkout: one page in three steps. Each step is a form, and htmx replaces the page with the result."""

from kashcraft.checkout.views import codes, steps
from kashcraft.checkout.views.steps import bp

__all__ = ["bp", "codes", "steps"]
