"""What an import has done or would do, in lines for people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from kashcraft.product_csv.rules.changes import Outcome, ProductPlan
from kashcraft.product_csv.rules.document import Remark

_SHOP_ELSEWHERE = re.compile(r"\]\(<https?://([^/>\s]+)/(?:collections|products)/", re.IGNORECASE)


def describe(plans: Sequence[ProductPlan], notes: Sequence[Remark] = ()) -> Iterator[str]:
    """Yield every product that is touched, what was read otherwise than it stands, what comes in without
    stock or leads to products of another shop, and how many products of each outcome there are.
    """
    for plan in plans:
        if plan.outcome is not Outcome.UNCHANGED:
            yield f"{plan.outcome} {plan.product.slug}"
        if plan.existing is not None:
            yield from (f"  {change}" for change in plan.changes)
            yield from (f"  {change}" for choice in plan.choices for change in choice.changes)
    yield from (f"note: {note}" for note in notes)
    yield from _elsewhere(plans)
    if uncounted := _uncounted(plans):
        yield _without_stock(uncounted)
    counts = [f"{sum(plan.outcome is outcome for plan in plans)} {outcome}" for outcome in Outcome]
    yield ", ".join(counts)


def _elsewhere(plans: Sequence[ProductPlan]) -> Iterator[str]:
    """Yield how many of the descriptions that are written lead into the shop of another host."""
    found: Counter[str] = Counter()
    for plan in plans:
        if plan.outcome is not Outcome.UNCHANGED:
            found.update({host.casefold() for host in _SHOP_ELSEWHERE.findall(plan.product.story)})
    for host, number in sorted(found.items()):
        subject = "1 description leads" if number == 1 else f"{number} descriptions lead"
        yield f"note: {subject} to products or collections of {host}; --old-host leads such links here"


def _uncounted(plans: Sequence[ProductPlan]) -> int:
    """Return how many new things to buy the file brings without counting them; gift cards need no stock."""
    return sum(
        choice.existing is None
        and not choice.choice.quantity
        and (choice.choice.quantity is None or not choice.choice.is_tracked)
        for plan in plans
        if not plan.product.is_gift_card
        for choice in plan.choices
    )


def _without_stock(number: int) -> str:
    subject = "1 variant comes" if number == 1 else f"{number} variants come"
    return (
        f"note: {subject} in without stock, because the file does not count it;"
        " what has no stock cannot be sold until stock is booked"
    )
