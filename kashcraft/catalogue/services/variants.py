"""Products with variants: a parent row for the page and a row for each variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kashcraft.catalogue.models import AttributeKind, Kind, Product, RedirectKind, Status
from kashcraft.catalogue.queries.products import get_attributes
from kashcraft.catalogue.rules import PageInput, VariantInput, checked_variants
from kashcraft.catalogue.services.archiving import archive_variant
from kashcraft.catalogue.services.details import add_filters, write_attributes
from kashcraft.catalogue.services.prices import assign_prices, open_prices, price_columns, record_prices
from kashcraft.catalogue.services.products import (
    add_page_rows,
    load_product,
    page_columns,
    refuse_taken_skus,
    sku_columns,
)
from kashcraft.catalogue.services.slugs import claim_slug
from kashcraft.catalogue.services.version import touch
from kashcraft.core import clock
from kashcraft.core.bus import publish
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId, new_id
from kashcraft.events.catalogue import ProductChanged


@dataclass(frozen=True)
class VariantChanges:
    """The ids of the variants that a save has added, changed and archived."""

    added: tuple[ProductId, ...]
    changed: tuple[ProductId, ...]
    archived: tuple[ProductId, ...]

    def __bool__(self) -> bool:
        """Return whether anything has changed."""
        return bool(self.added or self.changed or self.archived)


def create_product_with_variants(
    *,
    page: PageInput,
    option_names: Sequence[str],
    variants: Sequence[VariantInput],
    priced_since: datetime | None = None,
) -> Product:
    """Create a product with its variants, in their order, and return the parent row.

    ``priced_since`` is since when they have had their prices, for a product that was sold
    before. Raises DomainError: slug_taken, slug_empty, sku_taken, and those of ``rules.checked_variants``.
    """
    checked_variants(option_names, variants)
    refuse_taken_skus([variant.sold.sku for variant in variants])
    parent = Product(
        id=new_id(),
        kind=Kind.PARENT,
        slug=claim_slug(RedirectKind.PRODUCT, page.slug, page.name),
        option_names=list(option_names),
        currency=variants[0].sold.price.currency,
        archived_at=clock.now() if page.status is Status.ARCHIVED else None,
        is_gift_card=all(variant.sold.is_gift_card for variant in variants),
        **page_columns(page),
    )
    rows = [_build_variant(parent, variant, position) for position, variant in enumerate(variants)]
    db.session.add_all([parent, *rows])
    open_prices(rows, since=priced_since)
    add_page_rows(parent, page)
    add_filters({row.id: variant.attributes() for row, variant in zip(rows, variants, strict=True)})
    return parent


def save_variants(
    *, product_id: ProductId, option_names: Sequence[str], variants: Sequence[VariantInput]
) -> VariantChanges:
    """Set the variants of a product, in this order, and archive all others; return what has changed.

    A variant is identified by its SKU, also one that was archived on its own, and gets the status of its
    product. Raises NotFound and DomainError: not_a_family, sku_taken, and those of
    ``rules.checked_variants``.
    """
    parent = load_product(product_id)
    if parent.kind is not Kind.PARENT:
        raise DomainError("not_a_family")
    checked_variants(option_names, variants)
    rows = db.session.scalars(sa.select(Product).where(Product.parent_id == product_id)).all()
    known = {row.sku: row for row in rows}
    refuse_taken_skus([variant.sold.sku for variant in variants], except_ids=[row.id for row in rows])
    filters = get_attributes([row.id for row in rows])
    reordered = parent.option_names != list(option_names)
    parent.option_names = list(option_names)
    added, changed, repriced = [], [], []
    for position, variant in enumerate(variants):
        row = known.pop(variant.sold.sku, None)
        if row is None:
            added.append(_add_variant(parent, variant, position).id)
            continue
        old_price, new_prices = row.price, assign_prices(row, variant.sold)
        if new_prices:
            repriced.append((row, old_price))
        if _update_variant(parent, row, variant, position, filters[row.id]) or new_prices:
            changed.append(row.id)
    record_prices(repriced)
    archived = [row.id for row in known.values() if archive_variant(row, parent)]
    changes = VariantChanges(tuple(added), tuple(changed), tuple(archived))
    if changes or reordered:
        touch(product_ids=[product_id])
        publish(ProductChanged(product_id))
    return changes


def _add_variant(parent: Product, variant: VariantInput, position: int) -> Product:
    row = _build_variant(parent, variant, position)
    db.session.add(row)
    open_prices([row])
    add_filters({row.id: variant.attributes()})
    return row


def _build_variant(parent: Product, variant: VariantInput, position: int) -> Product:
    return Product(
        id=new_id(),
        kind=Kind.VARIANT,
        parent_id=parent.id,
        position=position,
        name=parent.name,
        option_values=dict(variant.option_values),
        source_urls=list(variant.source_urls),
        **_state(parent),
        **sku_columns(variant.sold),
        **price_columns(variant.sold),
    )


def _update_variant(
    parent: Product,
    row: Product,
    variant: VariantInput,
    position: int,
    filters: Mapping[AttributeKind, tuple[str, ...]],
) -> bool:
    wanted = {
        "position": position,
        **_state(parent),
        "option_values": dict(variant.option_values),
        "source_urls": list(variant.source_urls),
        **sku_columns(variant.sold),
    }
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    for kind, values in variant.attributes().items():
        if filters.get(kind, ()) != values:
            write_attributes(row.id, kind, values)
            changed.append(kind.value)
    return bool(changed)


def _state(parent: Product) -> dict[str, Any]:
    """Return the status columns that a variant shares with its product."""
    if parent.status is Status.ARCHIVED:
        return {"status": Status.ARCHIVED, "archived_at": parent.archived_at}
    return {"status": Status.ACTIVE, "archived_at": None}
