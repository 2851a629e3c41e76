"""The categories, products and pictures of the demo shop, and its stock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Product, Status
from kashcraft.catalogue.rules import PageInput, SkuInput, StoredPicture, VariantInput
from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.ids import CategoryId
from kashcraft.demo.gateways import files
from kashcraft.demo.rules.amounts import in_currency
from kashcraft.demo.rules.input import CatalogueItem
from kashcraft.inventory import services as inventory
from kashcraft.uploads.gateways.pictures import copy_prepared_picture, store_mail_picture

# Age of the oldest product, in days.
OLDEST = 400
# Highest price, in the files' currency, of items that are bought several at a time.
HIGHEST_SMALL_PRICE = Decimal("60.00")
SALE_BEGAN = timedelta(days=20)
SALE_ENDS = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product or variant with its page, picture and category, as orders need them."""

    product: Product
    page: Product
    picture: dict[str, Any]
    category_id: CategoryId


@dataclass(slots=True)
class LoadedCatalogue:
    """The loaded catalogue: what can be bought by SKU, products and category ids by slug."""

    by_sku: dict[str, DemoProduct] = field(default_factory=dict)
    pages: dict[str, Product] = field(default_factory=dict)
    categories: Mapping[str, CategoryId] = field(default_factory=dict)


def store_pictures(media: Path) -> dict[str, StoredPicture]:
    """Copy the demo pictures into the media folder and return them by stem; can be repeated."""
    stored: dict[str, StoredPicture] = {}
    for stem, entry in files.pictures().items():
        size = {name: entry[name] for name in ("width", "height", "widths", "square") if name in entry}
        stored[stem] = copy_prepared_picture(files.PICTURES, stem, media, **size)
        store_mail_picture(files.PICTURES / f"{stem}-{entry['widths'][0]}.webp", media, stored[stem].stem)
    return stored


def list_items(products: Sequence[Mapping[str, Any]], currency: str) -> list[CatalogueItem]:
    """Return every product and variant that can be bought, for the plan of the year."""
    return [
        CatalogueItem(
            sku=variant["sku"],
            product=product["slug"],
            price=in_currency(variant.get("price", product["price"]), currency).minor,
            stock=variant["stock"],
            is_small=Decimal(variant.get("price", product["price"])) <= HIGHEST_SMALL_PRICE,
            days_old=product.get("published_days_ago", OLDEST),
            is_gift_card=product.get("kind") == "gift_card",
            category=product["category"],
        )
        for product in products
        for variant in product.get("variant", [product])
    ]


def load_categories(pictures: Mapping[str, StoredPicture]) -> dict[str, CategoryId]:
    """Create the categories and return their ids by slug."""
    categories: dict[str, CategoryId] = {}
    for position, entry in enumerate(files.categories()):
        category = catalogue.create_category(
            name=entry["name"],
            slug=entry["slug"],
            parent_id=categories[entry["parent"]] if "parent" in entry else None,
            description=entry["description"],
            image=pictures[entry["scene"]],
            position=position,
        )
        categories[entry["slug"]] = category.id
    return categories


def load_products(
    products: Sequence[Mapping[str, Any]],
    categories: Mapping[str, CategoryId],
    pictures: Mapping[str, StoredPicture],
    currency: str,
) -> LoadedCatalogue:
    """Create every product with its variants, pictures and related products; the clock must show today."""
    loaded = LoadedCatalogue(categories=categories)
    alts = {stem: entry["alt"] for stem, entry in files.pictures().items()}
    for position, entry in enumerate(products):
        page = _page(entry, categories, position)
        row, variants = _create(entry, page, currency)
        loaded.pages[entry["slug"]] = row
        own = _pictures_of_variants(entry)
        for stem in entry["pictures"]:
            shows = [variant.id for variant in variants if stem in own.get(variant.sku or "", ())]
            catalogue.add_image(product_id=row.id, picture=pictures[stem], alt=alts[stem], variant_ids=shows)
        for variant in variants:
            first = next(iter(own.get(variant.sku or "", ())), entry["pictures"][0])
            shown = _as_shown(pictures[first], alts[first])
            loaded.by_sku[variant.sku or ""] = DemoProduct(variant, row, shown, categories[entry["category"]])
    for entry in products:
        related = [loaded.pages[slug].id for slug in entry["related"]]
        catalogue.relate(product_id=loaded.pages[entry["slug"]].id, related_ids=related)
    return loaded


def open_stock(loaded: LoadedCatalogue, items: Sequence[CatalogueItem], sold: Counter[str]) -> None:
    """Record the opening stock: today's stock and the units that the first half of the year sells."""
    openings = [
        inventory.Opening(
            product_id=loaded.by_sku[item.sku].product.id,
            quantity=item.stock + sold[item.sku],
            reorder_level=8 if item.stock > 12 else 2,
            reorder_quantity=24 if item.stock > 12 else 6,
            warehouse_location=f"{item.product[:1].upper()}{number:02d}",
        )
        for number, item in enumerate(items, start=1)
        if not item.is_gift_card
    ]
    inventory.open_stocks(openings=openings)


def restock(loaded: LoadedCatalogue, sold: Counter[str]) -> None:
    """Record a delivery in the middle of the year of the units that the second half sells."""
    for sku in sorted(sold):
        product = loaded.by_sku[sku].product
        if sold[sku] > 0 and not product.is_gift_card:
            inventory.restock(product_id=product.id, quantity=sold[sku], key=f"half-year:{sku}")


def _description(text: str, composition: str) -> str:
    return f"{text}\n\n**Made of** {_lower_first(composition)}." if composition else text


def _page(entry: Mapping[str, Any], categories: Mapping[str, CategoryId], position: int) -> PageInput:
    days = entry.get("published_days_ago", OLDEST - 2 * position)
    return PageInput(
        name=entry["name"],
        slug=entry["slug"],
        summary=entry["summary"],
        description=_description(entry["description"].strip(), entry.get("composition", "")),
        care=entry["care"],
        origin=entry.get("origin", ""),
        dimensions=entry.get("dimensions", ""),
        vendor="Kashcraft",
        status=Status.ACTIVE,
        category_ids=(categories[entry["category"]],),
        materials=tuple(entry["materials"]),
        colours=tuple(entry.get("colours", ())),
        tags=tuple(entry["tags"]),
        published_at=clock.now() - timedelta(days=days),
    )


def _create(entry: Mapping[str, Any], page: PageInput, currency: str) -> tuple[Product, list[Product]]:
    """Create a product; return it and what can be bought of it: its variants, or itself."""
    if "variant" not in entry:
        sold = _sold(entry, entry, currency)
        row = catalogue.create_product(page=page, sold=sold, priced_since=page.published_at)
        return row, [row]
    names = entry["options"]
    variants = [
        VariantInput(
            option_values=dict(zip(names, variant["values"], strict=True)),
            sold=_sold(variant, entry, currency),
            colours=tuple(variant.get("colours", ())),
            sizes=tuple(variant["values"]) if "size" in names[0].lower() else (),
        )
        for variant in entry["variant"]
    ]
    product = catalogue.create_product_with_variants(
        page=page, option_names=names, variants=variants, priced_since=page.published_at
    )
    return product, _variants_of(product)


def _sold(variant: Mapping[str, Any], entry: Mapping[str, Any], currency: str) -> SkuInput:
    sale = variant.get("sale_price", entry.get("sale_price"))
    return SkuInput(
        sku=variant["sku"],
        price=in_currency(variant.get("price", entry["price"]), currency),
        sale_price=in_currency(sale, currency) if sale else None,
        sale_starts_at=clock.now() - SALE_BEGAN if sale else None,
        sale_ends_at=clock.now() + SALE_ENDS if sale else None,
        cost=in_currency(variant.get("cost", entry["cost"]), currency),
        weight_grams=variant.get("weight_g", entry["weight_g"]),
        tax_class=entry["tax_class"],
        is_gift_card=entry.get("kind") == "gift_card",
        one_of_a_kind=entry.get("one_of_a_kind", False),
    )


def _pictures_of_variants(entry: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the pictures of single variants by SKU; other pictures show all variants of a product."""
    return {
        variant["sku"]: variant["pictures"] for variant in entry.get("variant", ()) if "pictures" in variant
    }


def _as_shown(picture: StoredPicture, alt: str) -> dict[str, Any]:
    size = {"width": picture.width, "height": picture.height, "widths": list(picture.widths)}
    return {"stem": picture.stem, "alt": alt, **size}


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:]


def _variants_of(product: Product) -> list[Product]:
    rows = sa.select(Product).where(Product.parent_id == product.id).order_by(Product.position)
    return list(db.session.scalars(rows))
