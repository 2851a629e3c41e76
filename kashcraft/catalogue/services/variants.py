"""Families: one page, several choices, each of them a product of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kashcraft.catalogue.models import AttributeKind, Kind, Product, RedirectKind, Status
from kashcraft.catalogue.rules import PageInput, VariantInput, checked_variants
from kashcraft.catalogue.services.archiving import archive_variant
from kashcraft.catalogue.services.details import add_filters, attributes_of, write_attributes
from kashcraft.catalogue.services.products import (
    add_page_rows,
    load_product,
    page_columns,
    refuse_taken_skus,
    sold_columns,
)
from kashcraft.catalogue.services.slugs import claim_slug
from kashcraft.catalogue.services.version import touch
from kashcraft.core import clock
from kashcraft.core.bus import publish
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId, new_id
from kashcraft.events.catalogue import PriceChanged, ProductChanged


@dataclass(frozen=True)
class VariantChanges:
    """What saving the choices of a family has done: ids of added, changed and archived ones."""

    added: tuple[ProductId, ...]
    changed: tuple[ProductId, ...]
    archived: tuple[ProductId, ...]

    def __bool__(self) -> bool:
        """Return whether anything has changed."""
        return bool(self.added or self.changed or self.archived)


def create_product_with_variants(
    *, page: PageInput, option_names: Sequence[str], choices: Sequence[VariantInput]
) -> Product:
    """Add a family with its choices, in their order, and return the family.

    Raises DomainError: slug_taken, slug_empty, sku_taken, and what ``rules.checked_variants`` refuses.
    """
    checked_variants(option_names, choices)
    refuse_taken_skus([choice.sold.sku for choice in choices])
    family = Product(
        id=new_id(),
        kind=Kind.PARENT,
        slug=claim_slug(RedirectKind.PRODUCT, page.slug, page.name),
        option_names=list(option_names),
        currency=choices[0].sold.price.currency,
        archived_at=clock.now() if page.status is Status.ARCHIVED else None,
        is_gift_card=all(choice.sold.is_gift_card for choice in choices),
        **page_columns(page),
    )
    rows = [_new_choice(family, choice, position) for position, choice in enumerate(choices)]
    db.session.add_all([family, *rows])
    add_page_rows(family, page)
    add_filters({row.id: choice.attributes() for row, choice in zip(rows, choices, strict=True)})
    return family


def save_variants(
    *, product_id: ProductId, option_names: Sequence[str], choices: Sequence[VariantInput]
) -> VariantChanges:
    """Make the choices of a family exactly these, in this order; what is no longer among them is archived.

    A choice is known again by its SKU, one that was archived by itself included, and shares the state of its
    family. Raises NotFound and DomainError: not_a_family, sku_taken, and what
    ``rules.checked_variants`` refuses.
    """
    family = load_product(product_id)
    if family.kind is not Kind.PARENT:
        raise DomainError("not_a_family")
    checked_variants(option_names, choices)
    rows = db.session.scalars(sa.select(Product).where(Product.parent_id == product_id)).all()
    known = {row.sku: row for row in rows}
    refuse_taken_skus([choice.sold.sku for choice in choices], except_ids=[row.id for row in rows])
    filters = attributes_of([row.id for row in rows])
    reordered = family.option_names != list(option_names)
    family.option_names = list(option_names)
    added, changed = [], []
    for position, choice in enumerate(choices):
        row = known.pop(choice.sold.sku, None)
        if row is None:
            added.append(_add_choice(family, choice, position).id)
        elif _update_choice(family, row, choice, position, filters[row.id]):
            changed.append(row.id)
    archived = [row.id for row in known.values() if archive_variant(row, family)]
    changes = VariantChanges(tuple(added), tuple(changed), tuple(archived))
    if changes or reordered:
        touch()
        publish(ProductChanged(product_id))
    return changes


def _add_choice(family: Product, choice: VariantInput, position: int) -> Product:
    row = _new_choice(family, choice, position)
    db.session.add(row)
    db.session.flush()  # its filters are inserted directly and refer to the row
    add_filters({row.id: choice.attributes()})
    return row


def _new_choice(family: Product, choice: VariantInput, position: int) -> Product:
    return Product(
        id=new_id(),
        kind=Kind.VARIANT,
        parent_id=family.id,
        position=position,
        name=family.name,
        option_values=dict(choice.option_values),
        source_urls=list(choice.source_urls),
        **_state(family),
        **sold_columns(choice.sold),
    )


def _update_choice(
    family: Product,
    row: Product,
    choice: VariantInput,
    position: int,
    filters: Mapping[AttributeKind, tuple[str, ...]],
) -> bool:
    old_price = row.price
    wanted = {
        "position": position,
        **_state(family),
        "option_values": dict(choice.option_values),
        "source_urls": list(choice.source_urls),
        **sold_columns(choice.sold),
    }
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    for kind, values in choice.attributes().items():
        if filters.get(kind, ()) != values:
            write_attributes(row.id, kind, values)
            changed.append(kind.value)
    if {"price", "sale_price", "sale_starts_at", "sale_ends_at"} & set(changed):
        publish(PriceChanged(row.id, old_price, choice.sold.price.minor))
    return bool(changed)


def _state(family: Product) -> dict[str, Any]:
    """Return the columns of a choice that its family has: archived as it is, or for sale."""
    if family.status is Status.ARCHIVED:
        return {"status": Status.ARCHIVED, "archived_at": family.archived_at}
    return {"status": Status.ACTIVE, "archived_at": None}
