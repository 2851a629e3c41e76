"""The events that are published during a test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kashcraft.core.bus import Wiring, connect
from kashcraft.wiring import REACTIONS, published


@contextmanager
def published_events(*kinds: type[Any]) -> Iterator[Sequence[Any]]:
    """Yield the list of the events of ``kinds``, in addition to their usual reactions."""
    seen: list[Any] = []
    more = {
        kind: Wiring(in_step=(*REACTIONS[kind].in_step, seen.append), after=REACTIONS[kind].after)
        for kind in kinds
    }
    connect({**REACTIONS, **more}, published())
    try:
        yield seen
    finally:
        connect(REACTIONS, published())
