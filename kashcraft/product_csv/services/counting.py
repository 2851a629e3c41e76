"""Switching what a file counts and the shop does not, or the other way."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from kashcraft.core.errors import DomainError
from kashcraft.core.staging import Meanwhile
from kashcraft.inventory import services as inventory
from kashcraft.product_csv.rules.changes import ChoicePlan, ProductPlan
from kashcraft.product_csv.rules.document import Remark
from kashcraft.product_csv.rules.refusals import refusal_of_count

_IMPORT = "Product file"


def switch_counting(*, plans: Iterable[ProductPlan], user_id: UUID | None = None) -> list[Remark]:
    """Count, or stop counting, what the plans say, inside the caller's step; return what the shop refuses.

    It rests on what shoppers hold at this moment. Raises Meanwhile where staff were faster.
    """
    refused = []
    for plan in plans:
        for choice in plan.choices:
            if choice.existing is None or all(change.field != "counted" for change in choice.changes):
                continue
            try:
                _switch(choice.existing.product_id, choice, user_id)
            except DomainError as error:
                if error.code != "fewer_than_held":
                    raise
                refused.append(refusal_of_count(error, choice))
    return refused


def _switch(product_id: UUID, plan: ChoicePlan, user_id: UUID | None) -> None:
    if plan.choice.is_counted:
        quantity = plan.choice.quantity or 0
        if not inventory.start_counting(
            product_id=product_id, quantity=quantity, user_id=user_id, notes=_IMPORT
        ):
            raise Meanwhile  # staff count it by now, and the quantity of the file is another change
        return
    opening = inventory.Opening(product_id=product_id, quantity=0, is_counted=False)
    if not inventory.open_stocks(openings=[opening], user_id=user_id):
        inventory.stop_counting(product_id=product_id, user_id=user_id, notes=_IMPORT)
