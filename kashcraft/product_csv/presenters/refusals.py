"""Refusals of the shop during an import, as remarks on rows of the file."""

from __future__ import annotations

from kashcraft.core.errors import DomainError
from kashcraft.product_csv.rules.changes import ProductPlan, VariantPlan
from kashcraft.product_csv.rules.document import Remark, heading

# By the code of a refusal: the column that it is about, and why.
_SENTENCES = {
    "slug_taken": ("handle", "another product has got this address in the meantime"),
    "slug_empty": ("handle", "there are no letters or digits to make an address of"),
    "sku_taken": ("sku", "“{sku}” has been given to another product in the meantime"),
    "sale_price_not_lower": ("compare_at", "a sale price has to be below the regular price"),
    "currency_mismatch": ("price", "the shop has amounts of this product in another currency"),
}


def refusal_of_page(error: DomainError, plan: ProductPlan) -> Remark:
    """Return a refusal of a product, at its first row."""
    column, sentence = _SENTENCES.get(error.code, ("handle", "the shop refuses this product as it stands"))
    return Remark(plan.product.row, heading(column), sentence.format(**{"sku": "", **error.details}))


def refusal_of_type(error: DomainError, plan: ProductPlan) -> Remark:
    """Return the refusal to make a category of the type of a product."""
    sentence = {
        "slug_empty": "has no letters or digits to make the address of a category",
        "slug_taken": "would have the address of another category",
    }.get(error.code, "cannot be made a category")
    return Remark(plan.product.row, heading("type"), f"“{plan.product.type}” {sentence}")


def refusal_of_quantity(plan: VariantPlan, available: int) -> Remark:
    """Return the refusal of a quantity below what unpaid orders hold; ``available`` is what they do not
    hold.
    """
    asked, before = plan.variant.quantity or 0, plan.existing.quantity if plan.existing else 0
    message = f"{asked} is fewer than the {before - available} that shoppers hold now"
    return Remark(plan.variant.row, heading("quantity"), message)


def refusal_of_count(plan: VariantPlan, held: int) -> Remark:
    """Return the refusal of a first count below the ``held`` units of unpaid orders."""
    message = f"{plan.variant.quantity or 0} is fewer than the {held} that shoppers hold now"
    return Remark(plan.variant.row, heading("quantity"), message)
