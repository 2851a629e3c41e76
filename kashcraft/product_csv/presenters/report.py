"""The report of an import, as lines for people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from kashcraft.product_csv.presenters.progress import describe_addresses
from kashcraft.product_csv.rules.changes import PlannedOutcome, ProductPlan
from kashcraft.product_csv.rules.document import Remark
from kashcraft.product_csv.rules.products import CsvVariant

_SHOP_ELSEWHERE = re.compile(r"\]\(<https?://([^/>\s]+)/(?:collections|products)/", re.IGNORECASE)


def describe(
    plans: Sequence[ProductPlan], notes: Sequence[Remark] = (), *, fetching: bool = False
) -> Iterator[str]:
    """Yield the lines of a report.

    They are the changes of each product, the notes, links to products of another shop, variants without stock
    or without a count, picture addresses (``fetching`` has them fetched), and the number of products by
    outcome.
    """
    for plan in plans:
        if plan.outcome is not PlannedOutcome.UNCHANGED:
            yield f"{plan.outcome} {plan.product.slug}"
        if plan.existing is not None:
            yield from (f"  {change}" for change in plan.changes)
            yield from (f"  {change}" for variant in plan.variants for change in variant.changes)
    yield from (f"note: {note}" for note in notes)
    yield from _elsewhere(plans)
    fresh = _new_variants(plans)
    if missing := sum(variant.is_counted and variant.quantity is None for variant in fresh):
        yield _without_stock(missing)
    if uncounted := sum(not variant.is_counted for variant in fresh):
        yield _without_count(uncounted)
    if oversold := sum(variant.is_counted and variant.is_oversold for variant in fresh):
        yield _not_oversold(oversold)
    yield from describe_addresses(plans, fetching=fetching)
    counts = [f"{sum(plan.outcome is outcome for plan in plans)} {outcome}" for outcome in PlannedOutcome]
    yield ", ".join(counts)


def _elsewhere(plans: Sequence[ProductPlan]) -> Iterator[str]:
    """Yield how many imported descriptions link to the shop of another host."""
    found: Counter[str] = Counter()
    for plan in plans:
        if plan.outcome is not PlannedOutcome.UNCHANGED:
            found.update({host.casefold() for host in _SHOP_ELSEWHERE.findall(plan.product.description)})
    for host, number in sorted(found.items()):
        subject = "1 description leads" if number == 1 else f"{number} descriptions lead"
        yield f"note: {subject} to products or collections of {host}; --old-host leads such links here"


def _new_variants(plans: Sequence[ProductPlan]) -> list[CsvVariant]:
    """Return the variants that are new to the shop, except gift cards, which need no stock."""
    return [
        variant.variant
        for plan in plans
        if not plan.product.is_gift_card
        for variant in plan.variants
        if variant.existing is None
    ]


def _without_stock(number: int) -> str:
    subject = "1 variant comes" if number == 1 else f"{number} variants come"
    return (
        f"note: {subject} in without stock, because the file does not count it;"
        " what has no stock cannot be sold until stock is booked"
    )


def _without_count(number: int) -> str:
    subject = "1 new variant is" if number == 1 else f"{number} new variants are"
    return f"note: {subject} sold without a count, because the file names no inventory tracker"


def _not_oversold(number: int) -> str:
    subject = "1 new variant is" if number == 1 else f"{number} new variants are"
    return (
        f"note: {subject} sold no longer than the stock lasts, though the file lets them be oversold;"
        " what has no inventory tracker is sold without a count"
    )
