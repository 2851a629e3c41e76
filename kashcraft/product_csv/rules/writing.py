"""Products as rows of Shopify's file, so that importing them again changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from kashcraft.core import spreadsheets
from kashcraft.core.money import Money
from kashcraft.product_csv.rules.document import COLUMNS
from kashcraft.product_csv.rules.products import Publication
from kashcraft.product_csv.rules.shop import ShopProduct, ShopSource, ShopVariant, SourceState

_FIXED = {
    "Variant Fulfillment Service": "manual",
    "Variant Requires Shipping": "true",
}


def write_csv(products: Sequence[ShopProduct], *, currency: str, base_url: str) -> str:
    """Return the products as CSV text, amounts in ``currency``, pictures as addresses below ``base_url``.

    A product has as many rows as variants or pictures, whichever are more. Texts that a spreadsheet would
    read as a formula are escaped; reading the file removes the escape.
    """
    headings = [names[0] for names in COLUMNS.values()]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*headings, *_FIXED], restval="", lineterminator="\r\n")
    writer.writeheader()
    for product in products:
        for row in _rows(product, currency, base_url):
            named = {COLUMNS[column][0]: spreadsheets.cell(text) for column, text in row.items()}
            writer.writerow({**named, **(_FIXED if row.get("price") else {})})
    return out.getvalue()


def _rows(product: ShopProduct, currency: str, base_url: str) -> Iterator[dict[str, str]]:
    own = {
        picture.stem: f"{base_url}/media/{picture.stem}-{picture.width}.webp" for picture in product.pictures
    }
    pictures = [(own[picture.stem], picture.alt) for picture in product.pictures]
    pictures += [(address, _known(product, address).alt) for address in product.addresses]
    for at in range(max(len(product.variants), len(pictures), 1)):
        row = {"handle": product.slug, **(_page(product) if at == 0 else {})}
        if at < len(product.variants):
            variant = product.variants[at]
            row |= _variant(product, variant, currency)
            row["variant_image"] = (
                own[variant.pictures[0]] if variant.pictures else _to_come(product, variant)
            )
        if at < len(pictures):
            source, alt = pictures[at]
            row |= {"image_src": source, "image_position": str(at + 1), "image_alt": alt}
        yield row


def _known(product: ShopProduct, address: str) -> ShopSource:
    return product.sources.get(address) or ShopSource(state=SourceState.STORED)


def _to_come(product: ShopProduct, variant: ShopVariant) -> str:
    """Return the address of a picture that will show the variant once it is fetched, empty without one."""
    shows = (
        address
        for address in product.addresses
        if variant.product_id in _known(product, address).variant_ids
    )  # fmt: skip
    return next(shows, "")


def _page(product: ShopProduct) -> dict[str, str]:
    names = product.option_names or ("Title",)
    return {
        "title": product.name,
        "body": product.description_html.strip(),
        "vendor": product.vendor,
        "type": product.types[0] if product.types else "",
        "tags": ", ".join(product.tags),
        "published": _flag(product.publication is Publication.ACTIVE),
        "gift_card": _flag(product.is_gift_card),
        "seo_title": product.seo_title,
        "seo_description": product.seo_description,
        "status": product.publication.value,
        **{f"option{at}_name": name for at, name in enumerate(names, start=1)},
    }


def _variant(product: ShopProduct, variant: ShopVariant, currency: str) -> dict[str, str]:
    values = variant.values if product.option_names else ("Default Title",)
    on_sale = variant.sale_price is not None
    return {
        **{f"option{at}_value": value for at, value in enumerate(values, start=1)},
        "sku": variant.sku,
        "grams": str(variant.grams),
        "tracker": "shopify" if variant.is_counted else "",
        "quantity": str(variant.quantity) if variant.is_counted else "",
        "policy": "deny",
        "price": _amount(variant.sale_price if variant.sale_price is not None else variant.price, currency),
        "compare_at": _amount(variant.price, currency) if on_sale else "",
        "taxable": _flag(variant.taxable),
        "cost": _amount(variant.cost, currency) if variant.cost is not None else "",
    }


def _amount(minor: int, currency: str) -> str:
    return str(Money(minor, currency).amount)


def _flag(value: bool) -> str:
    return "true" if value else "false"
