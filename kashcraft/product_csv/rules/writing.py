"""Products as rows of Shopify's file, in the form in which reading them again changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from kashcraft.core import spreadsheets
from kashcraft.core.money import Money
from kashcraft.product_csv.rules.document import COLUMNS
from kashcraft.product_csv.rules.products import Publication
from kashcraft.product_csv.rules.shop import ShopChoice, ShopProduct, ShopSource, SourceState

_FIXED = {
    "Variant Fulfillment Service": "manual",
    "Variant Requires Shipping": "true",
}


def write_csv(products: Sequence[ShopProduct], *, currency: str, base_url: str) -> str:
    """Return the products as a CSV text, amounts in ``currency``, pictures as addresses under ``base_url``.

    A product takes as many rows as it has choices or pictures, whichever are more. A text that a spreadsheet
    would take for a formula is guarded; reading the file again takes the guard away.
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
    for at in range(max(len(product.choices), len(pictures), 1)):
        row = {"handle": product.slug, **(_page(product) if at == 0 else {})}
        if at < len(product.choices):
            choice = product.choices[at]
            row |= _choice(product, choice, currency)
            row["variant_image"] = own[choice.pictures[0]] if choice.pictures else _to_come(product, choice)
        if at < len(pictures):
            source, alt = pictures[at]
            row |= {"image_src": source, "image_position": str(at + 1), "image_alt": alt}
        yield row


def _known(product: ShopProduct, address: str) -> ShopSource:
    return product.sources.get(address) or ShopSource(state=SourceState.KEPT)


def _to_come(product: ShopProduct, choice: ShopChoice) -> str:
    """Return the address of a picture that is still missing and will show the choice, if there is one."""
    shows = (
        address
        for address in product.addresses
        if choice.product_id in _known(product, address).variant_ids
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


def _choice(product: ShopProduct, choice: ShopChoice, currency: str) -> dict[str, str]:
    values = choice.values if product.option_names else ("Default Title",)
    on_sale = choice.sale_price is not None
    return {
        **{f"option{at}_value": value for at, value in enumerate(values, start=1)},
        "sku": choice.sku,
        "grams": str(choice.grams),
        "tracker": "shopify" if choice.is_counted else "",
        "quantity": str(choice.quantity) if choice.is_counted else "",
        "policy": "deny",
        "price": _amount(choice.sale_price if choice.sale_price is not None else choice.price, currency),
        "compare_at": _amount(choice.price, currency) if on_sale else "",
        "taxable": _flag(choice.taxable),
        "cost": _amount(choice.cost, currency) if choice.cost is not None else "",
    }


def _amount(minor: int, currency: str) -> str:
    return str(Money(minor, currency).amount)


def _flag(value: bool) -> str:
    return "true" if value else "false"
