"""Changes of products by staff, each with an entry of the audit trail, and the scheduled publication."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from kashcraft.catalogue.models import Product, Status
from kashcraft.catalogue.queries.products import get_free_suffix, get_product_details, list_variants
from kashcraft.catalogue.rules import slug_from
from kashcraft.catalogue.rules.product_input import ProductInput
from kashcraft.catalogue.services.archiving import archive_product, restore_page
from kashcraft.catalogue.services.changes import update_product
from kashcraft.catalogue.services.details import relate
from kashcraft.catalogue.services.products import create_product, load_product
from kashcraft.catalogue.services.slugs import LONGEST
from kashcraft.catalogue.services.variants import create_product_with_variants
from kashcraft.catalogue.services.version import touch
from kashcraft.core import audit_trail, clock
from kashcraft.core.bus import publish
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId
from kashcraft.events.catalogue import ProductChanged

SUBJECT = "product"


def add_product(*, data: ProductInput) -> Product:
    """Create a product without variants and return it; its stock has to be opened in the same step.

    Raises DomainError: slug_taken, slug_empty, sku_taken, and those of ``rules.checked_price``.
    """
    if data.sold is None:
        raise DomainError("is_not_sold")
    product = create_product(page=data.page, sold=data.sold)
    relate(product_id=product.id, related_ids=data.related_ids)
    after = get_product_details(product.id).data.values()
    audit_trail.record(SUBJECT, action="created", subject_id=product.id, title=product.name, after=after)
    return product


def edit_product(*, product_id: ProductId, data: ProductInput, seen: str) -> bool:
    """Give a product the values of ``data`` and return whether any differed; an old slug redirects.

    ``seen`` is the version of the values that the form was opened with. Raises NotFound, and DomainError:
    product_changed_since (they have changed), those of ``update_product``.
    """
    _lock(product_id)
    stored = get_product_details(product_id).data
    if stored.version != seen:
        raise DomainError("product_changed_since")
    page = replace(
        data.page,
        slug=slug_from(data.page.slug, LONGEST) if data.page.slug else stored.page.slug,
        source_urls=stored.page.source_urls,
        published_at=stored.page.published_at,
        description_html=stored.page.description_html
        if data.page.description == stored.page.description
        else None,
    )
    data = replace(data, page=page)
    if data.values() == stored.values():
        return False
    update_product(product_id=product_id, page=page, sold=data.sold)
    relate(product_id=product_id, related_ids=data.related_ids)
    product = load_product(product_id)
    product.publish_at = page.publish_at if page.status is Status.DRAFT else None
    touch(product_ids=[product_id])
    before, after = audit_trail.differences(stored.values(), data.values())
    audit_trail.record(
        SUBJECT, action="changed", subject_id=product_id, title=stored.page.name, before=before, after=after
    )
    return True


def duplicate_product(*, product_id: ProductId) -> list[ProductId]:
    """Create a draft with the values of a product, and return its id and those of its variants.

    The first is the page. It gets another address, and every SKU a suffix. Pictures, stock and ratings stay
    with the original, and archived variants are left out. Raises NotFound.
    """
    stored = get_product_details(product_id).data
    page = replace(
        stored.page, slug=None, status=Status.DRAFT, published_at=None, publish_at=None, source_urls=()
    )
    if stored.sold is not None:
        sku = stored.sold.sku + get_free_suffix([stored.sold.sku])
        return [add_product(data=replace(stored, page=page, sold=replace(stored.sold, sku=sku))).id]
    variants = [one.data for one in list_variants(product_id) if not one.is_retired]
    suffix = get_free_suffix([one.sold.sku for one in variants])
    copies = [
        replace(one, sold=replace(one.sold, sku=one.sold.sku + suffix), source_urls=()) for one in variants
    ]
    options = load_product(product_id).option_names
    parent = create_product_with_variants(page=page, option_names=options, variants=copies)
    relate(product_id=parent.id, related_ids=stored.related_ids)
    after = get_product_details(parent.id).data.values()
    audit_trail.record(SUBJECT, action="created", subject_id=parent.id, title=parent.name, after=after)
    return [parent.id, *(one.id for one in list_variants(parent.id))]


def set_status(*, product_id: ProductId, status: Status) -> Status | None:
    """Publish, archive or restore a product (as a draft or active) and return its former status.

    None if it has this status already. Variants that were archived with it come back with it. Raises
    NotFound.
    """
    _lock(product_id)
    product = load_product(product_id)
    before = product.status
    if before is status:
        return None
    if status is Status.ARCHIVED:
        archive_product(product_id=product_id)
    else:
        if before is Status.ARCHIVED:
            restore_page(product, status)
        product.status, product.publish_at = status, None
        if status is Status.ACTIVE and product.published_at is None:
            product.published_at = clock.now()
        touch(product_ids=[product_id])
        publish(ProductChanged(product_id))
    audit_trail.record(
        SUBJECT,
        action="archived"
        if status is Status.ARCHIVED
        else ("published" if status is Status.ACTIVE else "unpublished"),
        subject_id=product_id,
        title=product.name,
        before={"status": before.value},
        after={"status": status.value},
    )
    return before


def publish_due(*, limit: int = 100) -> int:
    """Publish drafts whose time has come, and return their number; ``limit`` at a time."""
    now = clock.now()
    due = (
        sa.select(Product)
        .where(Product.publish_at <= now, Product.status == Status.DRAFT)
        .order_by(Product.publish_at, Product.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    products = db.session.scalars(due).all()
    for product in products:
        product.published_at = product.published_at or product.publish_at
        product.status, product.publish_at = Status.ACTIVE, None
        touch(product_ids=[product.id])
        publish(ProductChanged(product.id))
        audit_trail.record(
            SUBJECT,
            action="published",
            subject_id=product.id,
            title=product.name,
            before={"status": Status.DRAFT.value},
            after={"status": Status.ACTIVE.value},
        )
    return len(products)


def _lock(product_id: ProductId) -> None:
    """Let concurrent changes of the product wait, so that each sees the values that the other has saved."""
    db.session.execute(sa.select(Product.id).where(Product.id == product_id).with_for_update())
