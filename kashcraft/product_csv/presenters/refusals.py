"""What the shop refuses while a file is written, as remarks on the rows that it refuses."""

from __future__ import annotations

from kashcraft.core.errors import DomainError
from kashcraft.product_csv.rules.changes import ChoicePlan, ProductPlan
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
    """Return what is refused of a product, at its first row."""
    column, sentence = _SENTENCES.get(error.code, ("handle", "the shop refuses this product as it stands"))
    return Remark(plan.product.row, heading(column), sentence.format(**{"sku": "", **error.details}))


def refusal_of_type(error: DomainError, plan: ProductPlan) -> Remark:
    """Return that no category can be made of the type of a product."""
    sentence = {
        "slug_empty": "has no letters or digits to make the address of a category",
        "slug_taken": "would have the address of another category",
    }.get(error.code, "cannot be made a category")
    return Remark(plan.product.row, heading("type"), f"“{plan.product.type}” {sentence}")


def refusal_of_quantity(plan: ChoicePlan, available: int) -> Remark:
    """Return that a quantity would take away what is held for people who are about to pay; ``available`` is
    what nobody holds.
    """
    asked, before = plan.choice.quantity or 0, plan.existing.quantity if plan.existing else 0
    message = f"{asked} is fewer than the {before - available} that shoppers hold now"
    return Remark(plan.choice.row, heading("quantity"), message)


def refusal_of_count(plan: ChoicePlan, held: int) -> Remark:
    """Return that a first count leaves out what is held for people who are about to pay."""
    message = f"{plan.choice.quantity or 0} is fewer than the {held} that shoppers hold now"
    return Remark(plan.choice.row, heading("quantity"), message)
