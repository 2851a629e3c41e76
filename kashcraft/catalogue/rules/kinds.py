"""Enumerations that columns of the catalogue and its rules share."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Whether a product is shown and sold."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class ChangeScope(StrEnum):
    """What a change of the catalogue affects: one product, names and places of categories, help pages, or
    anything.
    """

    PRODUCT = "product"
    CATEGORIES = "categories"
    PAGES = "pages"
    EVERYTHING = "everything"


class AttributeKind(StrEnum):
    """The kinds of filter values."""

    MATERIAL = "material"
    COLOUR = "colour"
    SIZE = "size"
    TAG = "tag"
