"""Input for a product as a whole, as staff see and change it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from kashcraft.catalogue.rules.input import PageInput, SafetyInput, SkuInput, VariantInput
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.catalogue.rules.versions import version_of
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money

# Made from other values, or written by imports and jobs alone.
_NOT_TYPED = {"description_html", "source_urls", "published_at", "safety"}


@dataclass(frozen=True, kw_only=True)
class ProductInput:
    """What the form of a product says; ``sold`` is None for a product with variants, which have their own."""

    page: PageInput
    sold: SkuInput | None = None
    related_ids: tuple[ProductId, ...] = ()

    @property
    def safety(self) -> SafetyInput:
        """Return what product safety and customs papers need."""
        return self.page.safety or SafetyInput()

    def values(self) -> dict[str, object]:
        """Return the values by name, as JSON stores them: amounts in minor units, times in ISO 8601."""
        parts: list[PageInput | SafetyInput | SkuInput] = [self.page, self.safety]
        parts += [self.sold] if self.sold else []
        found = {
            field.name: _plain(getattr(part, field.name))
            for part in parts
            for field in fields(part)
            if field.name not in _NOT_TYPED
        }
        return {**found, "related_ids": _plain(self.related_ids)}

    @property
    def version(self) -> str:
        """Return the version of these values, which differs as soon as one of them does."""
        return version_of(self.values())


@dataclass(frozen=True)
class StoredProduct:
    """A product with its values, as its form shows them; ``variants`` counts those that are not archived."""

    id: ProductId
    status: Status
    is_parent: bool
    data: ProductInput
    variants: int = 0


@dataclass(frozen=True)
class StoredVariant:
    """A variant of a product with its values; ``is_retired`` is one that was archived on its own."""

    id: ProductId
    data: VariantInput
    is_retired: bool


def _plain(value: object) -> object:
    if isinstance(value, Money):
        return value.minor
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, UUID) else value
