"""Shelves, pieces and their pictures, and the first stock of everything."""

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
from kashcraft.catalogue.gateways.pictures import copy_prepared_picture, store_mail_picture
from kashcraft.catalogue.models import Product, Status
from kashcraft.catalogue.rules import PageInput, SkuInput, StoredPicture, VariantInput
from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.ids import CategoryId
from kashcraft.demo.gateways import files
from kashcraft.demo.rules.amounts import in_currency
from kashcraft.demo.rules.facts import Good
from kashcraft.inventory import services as inventory

OLDEST = 400
# What several are bought of at once, by its price in the files.
SMALL = Decimal("60.00")
SALE_BEGAN = timedelta(days=20)
SALE_ENDS = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Shelved:
    """Something that can be bought, as orders need it."""

    product: Product
    page: Product
    picture: dict[str, Any]
    shelf_id: CategoryId


@dataclass(slots=True)
class Stocked:
    """What is in the shop after the catalogue is loaded: things to buy by SKU, pages and shelves by slug."""

    by_sku: dict[str, Shelved] = field(default_factory=dict)
    pages: dict[str, Product] = field(default_factory=dict)
    shelves: Mapping[str, CategoryId] = field(default_factory=dict)


def keep_pictures(media: Path) -> dict[str, StoredPicture]:
    """Copy the demo pictures into the media folder and return them by their names; again changes nothing."""
    kept = {}
    for stem, entry in files.pictures().items():
        size = {name: entry[name] for name in ("width", "height", "widths", "square") if name in entry}
        kept[stem] = copy_prepared_picture(files.PICTURES, stem, media, **size)
        store_mail_picture(files.PICTURES / f"{stem}-{entry['widths'][0]}.webp", media, kept[stem].stem)
    return kept


def goods_of(products: Sequence[Mapping[str, Any]], currency: str) -> list[Good]:
    """Return everything that the catalogue sells, for the plan of the year."""
    return [
        Good(
            sku=choice["sku"],
            product=product["slug"],
            price=in_currency(choice.get("price", product["price"]), currency).minor,
            stock=choice["stock"],
            is_small=Decimal(choice.get("price", product["price"])) <= SMALL,
            days_old=product.get("published_days_ago", OLDEST),
            is_gift_card=product.get("kind") == "gift_card",
            shelf=product["category"],
        )
        for product in products
        for choice in product.get("choice", [product])
    ]


def load_shelves(pictures: Mapping[str, StoredPicture]) -> dict[str, CategoryId]:
    """Put up the shelves and return their ids by slug."""
    shelves: dict[str, CategoryId] = {}
    for position, entry in enumerate(files.categories()):
        shelf = catalogue.create_category(
            name=entry["name"],
            slug=entry["slug"],
            parent_id=shelves[entry["parent"]] if "parent" in entry else None,
            description=entry["description"],
            image=pictures[entry["scene"]],
            position=position,
        )
        shelves[entry["slug"]] = shelf.id
    return shelves


def load_products(
    products: Sequence[Mapping[str, Any]],
    shelves: Mapping[str, CategoryId],
    pictures: Mapping[str, StoredPicture],
    currency: str,
) -> Stocked:
    """Add every piece and family with its pictures, and say which go together; the clock stands at today."""
    stocked = Stocked(shelves=shelves)
    alts = {stem: entry["alt"] for stem, entry in files.pictures().items()}
    for position, entry in enumerate(products):
        page = _page(entry, shelves, position)
        row, choices = _create(entry, page, currency)
        stocked.pages[entry["slug"]] = row
        own = _pictures_of_choices(entry)
        for stem in entry["pictures"]:
            shows = [choice.id for choice in choices if stem in own.get(choice.sku or "", ())]
            catalogue.add_image(product_id=row.id, picture=pictures[stem], alt=alts[stem], variant_ids=shows)
        for choice in choices:
            first = next(iter(own.get(choice.sku or "", ())), entry["pictures"][0])
            shown = _as_shown(pictures[first], alts[first])
            stocked.by_sku[choice.sku or ""] = Shelved(choice, row, shown, shelves[entry["category"]])
    for entry in products:
        related = [stocked.pages[slug].id for slug in entry["related"]]
        catalogue.relate(product_id=stocked.pages[entry["slug"]].id, related_ids=related)
    return stocked


def open_stock(stocked: Stocked, goods: Sequence[Good], sold: Counter[str]) -> None:
    """Record the first stock: what is on the shelf today and what the first half of the year will sell."""
    openings = [
        inventory.Opening(
            product_id=stocked.by_sku[good.sku].product.id,
            quantity=good.stock + sold[good.sku],
            reorder_level=8 if good.stock > 12 else 2,
            reorder_quantity=24 if good.stock > 12 else 6,
            warehouse_location=f"{good.product[:1].upper()}{number:02d}",
        )
        for number, good in enumerate(goods, start=1)
        if not good.is_gift_card
    ]
    inventory.open_stocks(openings=openings)


def restock(stocked: Stocked, sold: Counter[str]) -> None:
    """Record the delivery in the middle of the year: what the second half will sell."""
    for sku in sorted(sold):
        product = stocked.by_sku[sku].product
        if sold[sku] > 0 and not product.is_gift_card:
            inventory.restock(product_id=product.id, quantity=sold[sku], key=f"half-year:{sku}")


def _story(text: str, composition: str) -> str:
    return f"{text}\n\n**Made of** {_lower_first(composition)}." if composition else text


def _page(entry: Mapping[str, Any], shelves: Mapping[str, CategoryId], position: int) -> PageInput:
    days = entry.get("published_days_ago", OLDEST - 2 * position)
    return PageInput(
        name=entry["name"],
        slug=entry["slug"],
        summary=entry["summary"],
        description=_story(entry["description"].strip(), entry.get("composition", "")),
        care=entry["care"],
        origin=entry.get("origin", ""),
        dimensions=entry.get("dimensions", ""),
        vendor="Kashcraft",
        status=Status.ACTIVE,
        category_ids=(shelves[entry["category"]],),
        materials=tuple(entry["materials"]),
        colours=tuple(entry.get("colours", ())),
        tags=tuple(entry["tags"]),
        published_at=clock.now() - timedelta(days=days),
    )


def _create(entry: Mapping[str, Any], page: PageInput, currency: str) -> tuple[Product, list[Product]]:
    """Add one piece or family; return its page and what can be bought of it."""
    if "choice" not in entry:
        row = catalogue.create_product(page=page, sold=_sold(entry, entry, currency))
        return row, [row]
    names = entry["options"]
    choices = [
        VariantInput(
            option_values=dict(zip(names, choice["values"], strict=True)),
            sold=_sold(choice, entry, currency),
            colours=tuple(choice.get("colours", ())),
            sizes=tuple(choice["values"]) if "size" in names[0].lower() else (),
        )
        for choice in entry["choice"]
    ]
    family = catalogue.create_product_with_variants(page=page, option_names=names, choices=choices)
    return family, _choices(family)


def _sold(choice: Mapping[str, Any], entry: Mapping[str, Any], currency: str) -> SkuInput:
    sale = choice.get("sale_price", entry.get("sale_price"))
    return SkuInput(
        sku=choice["sku"],
        price=in_currency(choice.get("price", entry["price"]), currency),
        sale_price=in_currency(sale, currency) if sale else None,
        sale_starts_at=clock.now() - SALE_BEGAN if sale else None,
        sale_ends_at=clock.now() + SALE_ENDS if sale else None,
        cost=in_currency(choice.get("cost", entry["cost"]), currency),
        weight_grams=choice.get("weight_g", entry["weight_g"]),
        tax_class=entry["tax_class"],
        is_gift_card=entry.get("kind") == "gift_card",
        one_of_a_kind=entry.get("one_of_a_kind", False),
    )


def _pictures_of_choices(entry: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the pictures that show a choice by its SKU; the others show the whole family."""
    return {choice["sku"]: choice["pictures"] for choice in entry.get("choice", ()) if "pictures" in choice}


def _as_shown(picture: StoredPicture, alt: str) -> dict[str, Any]:
    size = {"width": picture.width, "height": picture.height, "widths": list(picture.widths)}
    return {"stem": picture.stem, "alt": alt, **size}


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:]


def _choices(family: Product) -> list[Product]:
    rows = sa.select(Product).where(Product.parent_id == family.id).order_by(Product.position)
    return list(db.session.scalars(rows))
