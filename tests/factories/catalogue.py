"""Categories and products with stock, created by the services of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Category, Product
from kashcraft.catalogue.rules import PageInput, SkuInput, StoredPicture, VariantInput
from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.core.money import Money
from kashcraft.inventory.models import Inventory
from kashcraft.reviews.models import Review, ReviewStatus

PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = count(1)


def make_category(name: str = "Shawls", *, parent: Category | None = None, **values: Any) -> Category:
    """Create a category and return it."""
    with step():
        return services.create_category(name=name, parent_id=parent.id if parent else None, **values)


def make_product(
    name: str | None = None,
    *,
    price: str = "40.00",
    sale_price: str | None = None,
    stock: int = 10,
    currency: str = "USD",
    categories: Sequence[Category] = (),
    sku: str | None = None,
    sold: Mapping[str, Any] | None = None,
    picture: bool = False,
    **page: Any,
) -> Product:
    """Create a product with ``stock`` units and return it; ``page`` and ``sold`` override its input."""
    number = next(_numbers)
    with step():
        product = services.create_product(
            page=_page(name or f"Piece {number}", categories, page),
            sold=SkuInput(
                sku=sku or f"SKU-{number}",
                price=Money.from_decimal(price, currency),
                sale_price=Money.from_decimal(sale_price, currency) if sale_price else None,
                **_sale_from_now(sale_price, sold or {}),
            ),
            priced_since=PUBLISHED,
        )
        if picture:
            add_picture(product)
        stock_up({product.id: stock})
    return product


def _sale_from_now(sale_price: str | None, sold: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the input with the beginning of its sale; the regular price was valid before it."""
    ends_at = sold.get("sale_ends_at")
    if not sale_price or "sale_starts_at" in sold or (ends_at and ends_at <= clock.now()):
        return sold
    return {"sale_starts_at": clock.now(), **sold}


def make_product_with_variants(
    name: str = "Pheran",
    *,
    options: Mapping[str, Sequence[str]] | None = None,
    prices: Sequence[str] = ("40.00",),
    stocks: Sequence[int] = (10,),
    currency: str = "USD",
    categories: Sequence[Category] = (),
    **page: Any,
) -> Product:
    """Create a product with a variant for every combination of ``options``, and return it.

    Prices and stocks are assigned to the variants in turn.
    """
    names = options or {"Size": ("S", "M", "L")}
    combinations: list[dict[str, str]] = [{}]
    for option, values in names.items():
        combinations = [{**one, option: value} for one in combinations for value in values]
    number = next(_numbers)
    choices = [
        VariantInput(
            option_values=values,
            sold=SkuInput(
                sku=f"SKU-{number}-{place}",
                price=Money.from_decimal(prices[place % len(prices)], currency),
            ),
        )
        for place, values in enumerate(combinations)
    ]
    with step():
        family = services.create_product_with_variants(
            page=_page(name, categories, page), option_names=list(names), variants=choices
        )
        stock_up({one.id: stocks[place % len(stocks)] for place, one in enumerate(variants_of(family))})
    return family


def variants_of(product: Product) -> Sequence[Product]:
    """Return the variants of a product in their order."""
    query = sa.select(Product).where(Product.parent_id == product.id).order_by(Product.position)
    return db.session.scalars(query).all()


def stock_up(quantities: Mapping[UUID, int]) -> None:
    """Set the stock of products, inside the caller's step."""
    rows = [
        {"id": new_id(), "product_id": product_id, "quantity": quantity}
        for product_id, quantity in quantities.items()
    ]
    db.session.flush()  # stock rows are inserted directly and refer to their products
    db.session.execute(sa.insert(Inventory), rows)


def add_picture(
    product: Product,
    alt: str = "A folded shawl",
    stem: str = "shawl-0123456789ab",
    variant_ids: Sequence[UUID] = (),
) -> None:
    """Add a picture without files to a product, inside the caller's step."""
    picture = StoredPicture(stem, 1280, 1600, (320, 640, 960, 1280))
    services.add_image(product_id=product.id, picture=picture, alt=alt, variant_ids=variant_ids)


def make_review(
    product: Product, rating: int = 5, *, body: str = "Lovely.", published: bool = True
) -> Review:
    """Create a review without an account and update the product's rating."""
    with step():
        review = Review(
            id=new_id(),
            product_id=product.id,
            rating=rating,
            title="A title",
            body=body,
            author_name="Asha",
            status=ReviewStatus.PUBLISHED if published else ReviewStatus.PENDING,
            published_at=PUBLISHED if published else None,
        )
        db.session.add(review)
        db.session.flush()  # the statement that calculates the rating reads it
        scores = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Review.rating), 0)).where(
            Review.product_id == product.id, Review.status == ReviewStatus.PUBLISHED
        )
        number, total = db.session.execute(scores).one()
        services.set_rating(product_id=product.id, count=number, total=total)
    return review


def _page(name: str, categories: Sequence[Category], values: Mapping[str, Any]) -> PageInput:
    options: dict[str, Any] = {"published_at": PUBLISHED, **values}
    return PageInput(name=name, category_ids=tuple(one.id for one in categories), **options)
