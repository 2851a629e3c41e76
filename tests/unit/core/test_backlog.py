"""A backlog without items."""

from __future__ import annotations

from kashcraft.core.backlog import Backlog


def test_a_backlog_without_items_has_no_oldest() -> None:
    assert (Backlog().count, Backlog().oldest) == (0, None)
