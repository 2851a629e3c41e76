"""Who is not a new friend: the same person with a second address."""

from __future__ import annotations

from kashcraft.core.emails import comparable

# Where dots before the @ mean nothing.
DOTLESS = ("gmail.com", "googlemail.com")


def mailbox(email: str) -> str:
    """Return the mailbox that an address delivers to: without a tag after +, without dots where they do
    not count.
    """
    name, _, domain = comparable(email).rpartition("@")
    name = name.partition("+")[0]
    if domain in DOTLESS:
        return f"{name.replace('.', '')}@{DOTLESS[0]}"
    return f"{name}@{domain}"


def same_person(email: str | None, other: str | None) -> bool:
    """Return whether two addresses reach the same mailbox; no address reaches none."""
    return bool(email and other) and mailbox(email or "") == mailbox(other or "")
