"""Who is not a new friend: the same person with a second address."""

from __future__ import annotations

from kashcraft.core.email_addresses import mailbox


def same_person(email: str | None, other: str | None) -> bool:
    """Return whether two addresses reach the same mailbox; no address reaches none."""
    return bool(email and other) and mailbox(email or "") == mailbox(other or "")
