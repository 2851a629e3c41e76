"""The progress of fetching pictures, as lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kashcraft.core.formats import Formats
from kashcraft.product_csv.rules.changes import ProductPlan
from kashcraft.product_csv.rules.progress import Progress
from kashcraft.product_csv.rules.shop import SourceState


def describe_progress(progress: Progress, formats: Formats) -> Iterator[str]:
    """Yield a line for each picture that could not be fetched, with its reason, and one with the totals."""
    for trouble in progress.troubles:
        state, after = "given up", ""
        if trouble.due_at is not None:
            tries = "once" if trouble.attempts == 1 else f"{trouble.attempts} times"
            state, after = "waiting", f"; tried {tries}, again {formats.time(trouble.due_at)}"
        yield f"{state} {trouble.slug}, {trouble.address}: {trouble.reason}{after}"
    yield f"{progress.fetched} fetched, {progress.waiting} waiting, {progress.given_up} given up"


def describe_addresses(plans: Sequence[ProductPlan], *, fetching: bool) -> Iterator[str]:
    """Yield lines on the picture addresses of a file whose pictures are missing.

    With ``fetching`` the import has them fetched.
    """
    states = Counter(
        plan.existing.sources[address].state
        if plan.existing and address in plan.existing.sources
        else SourceState.STORED
        for plan in plans
        for address in plan.addresses
        if any(image.source == address for image in plan.product.images)
    )
    stored, given_up = states[SourceState.STORED], states[SourceState.GIVEN_UP]
    if coming := states[SourceState.WAITING] + (stored if fetching else 0):
        yield f"{'1 picture' if coming == 1 else f'{coming} pictures'} will be fetched"
    if stored and not fetching:
        subject = "1 picture address was" if stored == 1 else f"{stored} picture addresses were"
        yield f"{subject} kept; --pictures fetches {'it' if stored == 1 else 'them'}"
    if given_up:
        subject = "1 picture was" if given_up == 1 else f"{given_up} pictures were"
        yield f"{subject} given up before; flask catalogue pictures says why"
