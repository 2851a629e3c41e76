"""What the pages of the loyalty programme share: how they write it, and the product that a reward names."""

from __future__ import annotations

from kashcraft.backoffice.loyalty.forms import PrizeForm
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.settings import settings
from kashcraft.loyalty import presenters, queries
from kashcraft.loyalty.rules import RiskLevel

RISKS = {
    RiskLevel.SAFE: (_l("Buying"), "good"),
    RiskLevel.AT_RISK: (_l("At risk"), "warn"),
    RiskLevel.INACTIVE: (_l("Inactive"), "bad"),
}


def words() -> dict[str, object]:
    """Return how the pages of the programme write amounts, days and levels."""
    currency = settings().shop_currency
    return {
        "money": lambda minor: Money(minor, currency),
        "words": presenters,
        "risks": RISKS,
    }


def checked_piece(form: PrizeForm) -> ProductId | None:
    """Validate a form and return the piece that it names, if its reward is one; the form has the errors."""
    if not form.validate() or not form.names_piece:
        return None
    found = queries.find_product_by_sku((form.piece.data or "").strip())
    if found is None:
        form.piece.errors = [_("No product has this SKU.")]
    return found
