"""What the pages of the loyalty program share: how they write figures, and the product of a reward."""

from __future__ import annotations

from kashcraft.backoffice.customers.presenters.listing import RISKS
from kashcraft.backoffice.loyalty.forms import PrizeForm
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.settings import settings
from kashcraft.loyalty import presenters, queries


def words() -> dict[str, object]:
    """Return what templates of the loyalty program use to write amounts, tiers and risk levels."""
    currency = settings().shop_currency
    return {
        "money": lambda minor: Money(minor, currency),
        "words": presenters,
        "risks": RISKS,
    }


def checked_product(form: PrizeForm) -> ProductId | None:
    """Validate a form and return the product that its reward gives, if any; the form has the errors."""
    if not form.validate() or not form.names_product:
        return None
    found = queries.find_product_by_sku((form.sku.data or "").strip())
    if found is None:
        form.sku.errors = [_("No product has this SKU.")]
    return found
