"""The roles of staff."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role of staff. The back office maps it to permissions."""

    OWNER = "owner"
    EDITOR = "editor"
    FULFILMENT = "fulfilment"
    SUPPORT = "support"
