"""Switching what a file counts and the shop does not, or the other way."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId, UserId
from kashcraft.core.staging import ConcurrentChange
from kashcraft.inventory import services as inventory
from kashcraft.product_csv.presenters.refusals import refusal_of_count
from kashcraft.product_csv.rules.changes import ChoicePlan, ProductPlan
from kashcraft.product_csv.rules.document import Remark

_IMPORT = "Product file"


def switch_counting(*, plans: Iterable[ProductPlan], user_id: UserId | None = None) -> list[Remark]:
    """Count, or stop counting, what the plans say, inside the caller's step; return what the shop refuses.

    It rests on what shoppers hold at this moment. Raises ConcurrentChange where staff were faster.
    """
    chosen = {
        choice.existing.product_id: choice
        for plan in plans
        for choice in plan.choices
        if choice.existing and any(change.field == "counted" for change in choice.changes)
    }
    if not chosen:
        return []
    # What has no stock record yet gets one that is counted and empty, like everything else without a number.
    openings = [inventory.Opening(product_id=product_id, quantity=0) for product_id in sorted(chosen)]
    inventory.open_stocks(openings=openings, user_id=user_id)
    counts = {product_id: _units(choice) for product_id, choice in chosen.items()}
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


def _units(plan: ChoicePlan) -> int | None:
    return (plan.choice.quantity or 0) if plan.choice.is_counted else None
