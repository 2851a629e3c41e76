"""What columns of the catalogue may say and rules decide by."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Whether a piece is shown and sold."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class AttributeKind(StrEnum):
    """What people filter by."""

    MATERIAL = "material"
    COLOUR = "colour"
    SIZE = "size"
    TAG = "tag"
