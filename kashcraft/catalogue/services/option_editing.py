"""Changes of a product's options and variants by staff, with an entry of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.catalogue.models import Kind, Product
from kashcraft.catalogue.queries.products import get_options_version, get_product_details, list_variants
from kashcraft.catalogue.rules import VariantInput
from kashcraft.catalogue.rules.option_table import MOST_VARIANTS
from kashcraft.catalogue.services.prices import clear_prices
from kashcraft.catalogue.services.products import load_product, refuse_taken_skus
from kashcraft.catalogue.services.variants import VariantChanges, save_variants
from kashcraft.core import audit_trail
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId, new_id


@dataclass(frozen=True)
class EditedVariant:
    """A variant of the table: the id of the stored one, None for a new one, and its values."""

    id: ProductId | None
    data: VariantInput


def save_options(
    *, product_id: ProductId, option_names: Sequence[str], variants: Sequence[EditedVariant], seen: str
) -> VariantChanges:
    """Give a product these options and variants, in this order; return what has changed.

    Stored variants that are not among them are archived. A product without variants gets them, and its SKU
    becomes free for one of them; its stock has to be moved in the same step. ``seen`` is the version of the
    variants that the table was opened with. Raises NotFound, and DomainError: options_changed_since (they
    have changed), too_many_variants, sku_taken, and those of ``rules.checked_variants``.
    """
    db.session.execute(sa.select(Product.id).where(Product.id == product_id).with_for_update())
    if get_options_version(product_id) != seen:
        raise DomainError("options_changed_since")
    if len(variants) > MOST_VARIANTS:
        raise DomainError("too_many_variants", number=len(variants), most=MOST_VARIANTS)
    skus = [one.data.sold.sku for one in variants]
    if len(set(skus)) < len(skus):
        raise DomainError("sku_taken", sku=next(sku for sku in skus if skus.count(sku) > 1))
    product = load_product(product_id)
    before = _summary(product_id)
    if product.kind is Kind.SINGLE:
        _divide(product)
    else:
        _rename_skus(product_id, variants)
    changes = save_variants(
        product_id=product_id, option_names=option_names, variants=[one.data for one in variants]
    )
    db.session.flush()  # the summary reads the rows
    changed_before, changed_after = audit_trail.differences(before, _summary(product_id))
    if changed_after:
        audit_trail.record(
            "product",
            action="options_changed",
            subject_id=product_id,
            title=product.name,
            before=changed_before,
            after=changed_after,
        )
    return changes


def _divide(product: Product) -> None:
    """Turn a product without variants into the parent of variants; its SKU and price are free."""
    product.kind, product.sku, product.cost = Kind.PARENT, None, None
    clear_prices(product)
    db.session.flush()  # the first variant may have the SKU that the product had


def _rename_skus(product_id: ProductId, variants: Sequence[EditedVariant]) -> None:
    """Give stored variants their new SKUs, by which ``save_variants`` recognizes them."""
    rows = {
        row.id: row for row in db.session.scalars(sa.select(Product).where(Product.parent_id == product_id))
    }
    renamed = {
        one.id: one.data.sold.sku
        for one in variants
        if one.id is not None and one.id in rows and rows[one.id].sku != one.data.sold.sku
    }
    refuse_taken_skus(list(renamed.values()), except_ids=list(renamed))
    for variant_id in renamed:
        rows[variant_id].sku = str(new_id())
    db.session.flush()  # two variants may exchange their SKUs
    for variant_id, sku in renamed.items():
        rows[variant_id].sku = sku


def _summary(product_id: ProductId) -> dict[str, object]:
    """Return the current variants by SKU, in words for the audit trail."""
    details = get_product_details(product_id)
    if not details.is_parent:
        return {"variants": {}}
    return {
        "variants": {
            one.data.sold.sku: {
                **one.data.option_values,
                "price": one.data.sold.price.minor,
                "sale_price": one.data.sold.sale_price.minor if one.data.sold.sale_price else None,
                "weight_grams": one.data.sold.weight_grams,
            }
            for one in list_variants(product_id)
            if not one.is_retired
        }
    }
