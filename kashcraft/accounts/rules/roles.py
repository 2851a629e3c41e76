"""The roles that staff have."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do."""

    OWNER = "owner"
    EDITOR = "editor"
    FULFILMENT = "fulfilment"
    SUPPORT = "support"
