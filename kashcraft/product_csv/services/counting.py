"""Starting and stopping to count the stock of variants, as a file says."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId, UserId
from kashcraft.core.staging import ConcurrentChange
from kashcraft.inventory import services as inventory
from kashcraft.product_csv.presenters.refusals import refusal_of_count
from kashcraft.product_csv.rules.changes import ProductPlan, VariantPlan
from kashcraft.product_csv.rules.document import Remark

_IMPORT = "Product file"


def switch_counting(*, plans: Iterable[ProductPlan], user_id: UserId | None = None) -> list[Remark]:
    """Start or stop counting the variants of the plans, inside the caller's step; return what the shop
    refuses.

    The result depends on the current holds. Raises ConcurrentChange if staff have changed it since the file
    was planned.
    """
    chosen = {
        variant.existing.product_id: variant
        for plan in plans
        for variant in plan.variants
        if variant.existing and any(change.field == "counted" for change in variant.changes)
    }
    if not chosen:
        return []
    # A variant without a stock record gets an empty, counted one first.
    openings = [inventory.Opening(product_id=product_id, quantity=0) for product_id in sorted(chosen)]
    inventory.open_stocks(openings=openings, user_id=user_id)
    counts = {product_id: _units(variant) for product_id, variant in chosen.items()}
    try:
        switched = inventory.switch_counting(counts=counts, user_id=user_id, notes=_IMPORT)
    except DomainError as error:
        if error.code != "fewer_than_held":
            raise
        short = error.details["shortages"]
        return [
            refusal_of_count(chosen[ProductId(UUID(product_id))], held) for product_id, held in short.items()
        ]
    if switched != set(chosen):
        raise ConcurrentChange
    return []


def _units(plan: VariantPlan) -> int | None:
    return (plan.variant.quantity or 0) if plan.variant.is_counted else None
