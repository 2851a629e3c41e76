"""Checks that a referred customer is not the referring member."""

from __future__ import annotations

from kashcraft.core.email_addresses import mailbox


def same_person(email: str | None, other: str | None) -> bool:
    """Return whether both addresses have the same mailbox. A missing address matches none."""
    return bool(email and other) and mailbox(email or "") == mailbox(other or "")
