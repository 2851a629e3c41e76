"""Input for a category, as staff see and change it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from kashcraft.catalogue.rules.versions import version_of
from kashcraft.core.ids import CategoryId


@dataclass(frozen=True, kw_only=True)
class CategoryInput:
    """What a form says of a category; ``description`` is Markdown.

    Without ``slug`` a new category gets one made from its name, and an existing one keeps its own.
    """

    name: str
    slug: str = ""
    parent_id: CategoryId | None = None
    description: str = ""
    seo_title: str = ""
    seo_description: str = ""

    def values(self) -> dict[str, object]:
        """Return the values by name, as JSON stores them."""
        return {**asdict(self), "parent_id": str(self.parent_id) if self.parent_id else None}

    @property
    def version(self) -> str:
        """Return the version of these values, which differs as soon as one of them does."""
        return version_of(self.values())


@dataclass(frozen=True)
class StoredCategory:
    """A category with its values, as its form shows them."""

    id: CategoryId
    is_active: bool
    data: CategoryInput


@dataclass(frozen=True, kw_only=True)
class ListedCategory:
    """A category of the list of staff, with its depth in the tree and the products that are in it.

    ``is_shown`` is whether visitors see it: it and everything above it is active. ``is_first`` and
    ``is_last`` are its place among its siblings.
    """

    id: CategoryId
    name: str
    slug: str
    level: int
    products: int
    is_active: bool
    is_shown: bool
    is_first: bool
    is_last: bool
