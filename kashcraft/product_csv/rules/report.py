"""What an import has done or would do, in lines for people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kashcraft.core.formats import Formats
from kashcraft.product_csv.rules.changes import Outcome, ProductPlan
from kashcraft.product_csv.rules.document import Remark
from kashcraft.product_csv.rules.shop import SourceState

_PRODUCT_ELSEWHERE = re.compile(r"\]\(<https?://([^/>\s]+)/(?:collections/[^/>]+/)?products/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A picture whose last try went wrong: why, after how many tries, and when the next is, if any."""

    slug: str
    address: str
    reason: str
    attempts: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pictures of files are there, are waiting and were given up, and what went wrong with them."""

    fetched: int
    waiting: int
    given_up: int
    troubles: tuple[Trouble, ...] = ()


def describe(
    plans: Sequence[ProductPlan], notes: Sequence[Remark] = (), *, fetching: bool = False
) -> Iterator[str]:
    """Yield every product that is touched, what was read otherwise than it stands, what comes in without
    stock or leads to products of another shop, what becomes of pictures that are addresses (``fetching``
    asks for them), and how many products of each outcome there are.
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
    yield from _addresses(plans, fetching=fetching)
    counts = [f"{sum(plan.outcome is outcome for plan in plans)} {outcome}" for outcome in Outcome]
    yield ", ".join(counts)


def _elsewhere(plans: Sequence[ProductPlan]) -> Iterator[str]:
    """Yield how many of the descriptions that are written lead to products of another host."""
    found: Counter[str] = Counter()
    for plan in plans:
        if plan.outcome is not Outcome.UNCHANGED:
            found.update({host.casefold() for host in _PRODUCT_ELSEWHERE.findall(plan.product.story)})
    for host, number in sorted(found.items()):
        subject = "1 description leads" if number == 1 else f"{number} descriptions lead"
        yield f"note: {subject} to products of {host}; --old-host HOST has such links lead here"


def describe_progress(progress: Progress, formats: Formats) -> Iterator[str]:
    """Yield every picture that could not be fetched with its reason, and how far the shop is with all."""
    for trouble in progress.troubles:
        state, after = "given up", ""
        if trouble.due_at is not None:
            tries = "once" if trouble.attempts == 1 else f"{trouble.attempts} times"
            state, after = "waiting", f"; tried {tries}, again {formats.time(trouble.due_at)}"
        yield f"{state} {trouble.slug}, {trouble.address}: {trouble.reason}{after}"
    yield f"{progress.fetched} fetched, {progress.waiting} waiting, {progress.given_up} given up"


def _addresses(plans: Sequence[ProductPlan], *, fetching: bool) -> Iterator[str]:
    """Tell what becomes of the pictures that the file names by their addresses and that are not there."""
    states = Counter(
        plan.existing.sources[address].state
        if plan.existing and address in plan.existing.sources
        else SourceState.KEPT
        for plan in plans
        for address in plan.addresses
        if any(image.source == address for image in plan.product.images)
    )
    kept, given_up = states[SourceState.KEPT], states[SourceState.GIVEN_UP]
    if coming := states[SourceState.WAITING] + (kept if fetching else 0):
        yield f"{'1 picture' if coming == 1 else f'{coming} pictures'} will be fetched"
    if kept and not fetching:
        subject = "1 picture address was" if kept == 1 else f"{kept} picture addresses were"
        yield f"{subject} kept; --pictures fetches {'it' if kept == 1 else 'them'}"
    if given_up:
        subject = "1 picture was" if given_up == 1 else f"{given_up} pictures were"
        yield f"{subject} given up before; flask catalogue pictures says why"


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
