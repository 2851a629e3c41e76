"""A synthetic catalogue of any size, written in bulk: the same every time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue import services
from kashcraft.catalogue.models import (
    AttributeKind,
    Kind,
    Product,
    ProductAttribute,
    ProductCategory,
    ProductImage,
    RelatedProduct,
    Status,
)
from kashcraft.core.db import db, step
from kashcraft.core.ids import ProductId, new_id
from kashcraft.inventory.models import Inventory
from kashcraft.reviews.models import Review, ReviewStatus

CRAFTS = (
    "Shawls",
    "Carpets",
    "Cushions",
    "Boxes",
    "Bowls",
    "Trays",
    "Copperware",
    "Silver",
    "Apparel",
    "Pantry",
)
ADJECTIVES = (
    "Madder",
    "Indigo",
    "Natural",
    "Saffron",
    "Walnut",
    "Ivory",
    "Engraved",
    "Carved",
    "Painted",
    "Fine",
)
MATERIALS = ("Pashmina", "Wool", "Silk", "Cotton", "Walnut wood", "Copper", "Brass", "Papier-mâché", "Silver")
COLOURS = ("Red", "Blue", "Green", "Ivory", "Black", "Gold", "Brown", "Rose", "Grey", "Orange")
SIZES = ("S", "M", "L", "XL")
START = datetime(2025, 1, 1, tzinfo=UTC)
DESCRIPTION = (
    "<p>" + "Woven slowly, by people who know what they do, from what grows and grazes nearby. " * 8 + "</p>"
)
PORTION = 1000


def fill(products: int, *, seed: int = 7) -> None:
    """Add ``products`` products, every fifth with variants in four sizes, with stock, pictures, filters
    and reviews.
    """
    chance = random.Random(seed)  # noqa: S311 - measurements, not secrets
    with step():
        roots = [services.create_category(name=name) for name in ("Textiles", "House")]
        categories = [
            services.create_category(name=name, parent_id=roots[place % 2].id, position=place)
            for place, name in enumerate(CRAFTS)
        ]
        ids = [category.id for category in categories]
    for first in range(0, products, PORTION):
        with step():
            _write(_portion(range(first, min(products, first + PORTION)), ids, chance))
            services.touch()


def add_products(count: int, *, quantity: int) -> list[ProductId]:
    """Add ``count`` products without variants, with ``quantity`` units of each, and return their ids."""
    chance = random.Random(7)  # noqa: S311 - measurements, not secrets
    ids = [new_id() for _ in range(count)]
    pages = [
        _page(place, product_id, chance, reviews=0)
        | _sold(place, 4300, 0)
        | {"slug": f"added-{product_id.hex}", "sku": f"ADDED-{product_id.hex}"}
        for place, product_id in enumerate(ids)
    ]
    stock = [{"id": new_id(), "product_id": product_id, "quantity": quantity} for product_id in ids]
    with step():
        _write({Product: pages, Inventory: stock})
        services.touch()
    return [ProductId(product_id) for product_id in ids]


def slug(number: int) -> str:
    """Return the slug of the product with this number."""
    return f"product-{number}"


def _portion(
    numbers: range, categories: Sequence[UUID], chance: random.Random
) -> dict[Any, list[dict[str, Any]]]:
    rows: dict[Any, list[dict[str, Any]]] = {
        table: []
        for table in (
            Product,
            ProductCategory,
            ProductAttribute,
            ProductImage,
            Inventory,
            RelatedProduct,
            Review,
        )
    }
    for number in numbers:
        _add_rows(number, categories, chance, rows)
    return rows


def _id(number: int, kind: int) -> UUID:
    return UUID(int=(0x0180_0000_0000_7000 << 64) | (0x8000 << 48) | (number << 8) | kind)


def _add_rows(
    number: int, categories: Sequence[UUID], chance: random.Random, rows: dict[Any, list[dict[str, Any]]]
) -> None:
    page_id, has_variants = _id(number, 1), number % 5 == 0
    reviews = number % 7
    price = chance.randrange(1000, 200_000)
    page = _page(number, page_id, chance, reviews=reviews)
    rows[Product].append(
        page | ({"kind": Kind.PARENT, "option_names": ["Size"]} if has_variants else _sold(number, price, 0))
    )
    for place, size in enumerate(SIZES if has_variants else ()):
        variant = {
            "id": _id(number, 10 + place),
            "parent_id": page_id,
            "kind": Kind.VARIANT,
            "position": place,
        }
        rows[Product].append(
            _blank()
            | variant
            | {"name": page["name"], "option_values": {"Size": size}}
            | _sold(number, price, place + 1, Kind.VARIANT)
        )
        rows[ProductAttribute].append(
            {"product_id": variant["id"], "kind": AttributeKind.SIZE, "value": size}
        )
    sold = [_id(number, 10 + place) for place in range(len(SIZES))] if has_variants else [page_id]
    rows[Inventory] += [
        {"id": _id(number, 30 + place), "product_id": one, "quantity": chance.choice((0, 1, 3, 20, 50))}
        for place, one in enumerate(sold)
    ]
    rows[ProductCategory].append({"product_id": page_id, "category_id": categories[number % len(categories)]})
    for kind, values in ((AttributeKind.MATERIAL, MATERIALS), (AttributeKind.COLOUR, COLOURS)):
        rows[ProductAttribute].append({"product_id": page_id, "kind": kind, "value": chance.choice(values)})
    rows[ProductImage] += [
        {
            "id": _id(number, 50 + place), "product_id": page_id, "position": place,
            "stem": f"product-{number}-{place}-0123456789ab", "alt": f"{page['name']}, view {place + 1}",
            "width": 1280, "height": 1600, "widths": "320 640 960 1280",
        }
        for place in range(2)
    ]  # fmt: skip
    rows[RelatedProduct] += [
        {"product_id": page_id, "related_id": _id(number - other, 1), "position": other}
        for other in range(1, 5)
        if number >= other
    ]
    rows[Review] += [
        {
            "id": _id(number, 70 + place), "product_id": page_id, "rating": 4, "title": "As described",
            "body": "It arrived well packed and looks like the picture.", "author_name": "A. K.",
            "status": ReviewStatus.PUBLISHED, "published_at": START, "verified_purchase": False,
        }
        for place in range(reviews)
    ]  # fmt: skip


def _blank() -> dict[str, Any]:
    return {
        "slug": None, "sku": None, "parent_id": None, "position": 0, "status": Status.ACTIVE, "summary": "",
        "description_html": "", "care": "", "origin": "", "option_names": [], "option_values": {},
        "price": None, "sale_price": None, "reference_price": None, "currency": "USD", "weight_grams": 0,
        "rating_count": 0, "rating_total": 0, "published_at": None,
    }  # fmt: skip


def _page(number: int, page_id: UUID, chance: random.Random, *, reviews: int) -> dict[str, Any]:
    return _blank() | {
        "id": page_id,
        "name": f"{chance.choice(ADJECTIVES)} {CRAFTS[number % len(CRAFTS)].lower()} no. {number}",
        "slug": slug(number),
        "summary": "Made by hand over several weeks, and meant to last.",
        "description_html": DESCRIPTION,
        "care": "Keep it dry and out of the sun.",
        "origin": "Srinagar",
        "rating_count": reviews,
        "rating_total": 4 * reviews,
        "published_at": START + timedelta(minutes=number),
    }


def _sold(number: int, price: int, place: int, kind: Kind = Kind.SINGLE) -> dict[str, Any]:
    return {
        "kind": kind,
        "sku": f"BENCH-{number}-{place}",
        "price": price + place * 500,
        "sale_price": price // 2 if number % 11 == 0 else None,
        "reference_price": price + place * 500 if number % 11 == 0 else None,
        "weight_grams": 400,
    }


def _write(rows: dict[Any, list[dict[str, Any]]]) -> None:
    for table, values in rows.items():
        if values:
            db.session.execute(sa.insert(table), values)
