"""Changes that staff make to one of many selected products; each has an entry of the audit trail."""

from __future__ import annotations

from kashcraft.catalogue.models import AttributeKind, Product
from kashcraft.catalogue.queries.product_list import list_sold_rows
from kashcraft.catalogue.queries.products import get_attributes
from kashcraft.catalogue.rules.price_changes import change_price
from kashcraft.catalogue.services.changes import set_price
from kashcraft.catalogue.services.details import set_attributes
from kashcraft.catalogue.services.products import load_product
from kashcraft.core import audit_trail
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money


def set_tag(*, product_id: ProductId, tag: str, present: bool) -> bool:
    """Add a tag to a product page or remove it; return whether that has changed. Raises NotFound."""
    product = load_product(product_id)
    tags = get_attributes([product_id])[product_id].get(AttributeKind.TAG, ())
    if (tag in tags) is present:
        return False
    wanted = (*tags, tag) if present else tuple(one for one in tags if one != tag)
    set_attributes(product_id=product_id, values={AttributeKind.TAG: wanted})
    audit_trail.record(
        "product",
        action="changed",
        subject_id=product_id,
        title=product.name,
        before={"tags": list(tags)},
        after={"tags": list(wanted)},
    )
    return True


def change_prices(
    *, product_id: ProductId, basis_points: int, amount: int, seen: dict[ProductId, int]
) -> int:
    """Change the prices of everything that can be bought of a page, all or nothing; return how many.

    The new price is that of ``rules.price_changes``; sales stay. ``seen`` are the prices of the preview, in
    minor units. Raises NotFound, and DomainError: price_changed_since (a price is another one now),
    price_negative, sale_price_not_lower.
    """
    product = load_product(product_id)
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for row in list_sold_rows([product_id]):
        if seen.get(row.id) != row.price.minor:
            raise DomainError("price_changed_since", sku=row.sku)
        price = change_price(row.price, basis_points=basis_points, amount=amount)
        if price == row.price:
            continue
        before[row.sku], after[row.sku] = row.price.minor, price.minor
        _set_price(load_product(row.id), price)
    if after:
        audit_trail.record(
            "product",
            action="priced",
            subject_id=product_id,
            title=product.name,
            before=before,
            after=after,
        )
    return len(after)


def _set_price(row: Product, price: Money) -> None:
    sale = Money(row.sale_price, row.currency) if row.sale_price is not None else None
    set_price(
        product_id=row.id,
        price=price,
        sale_price=sale,
        sale_starts_at=row.sale_starts_at,
        sale_ends_at=row.sale_ends_at,
    )
