"""Products in the format of Google's product feed: RSS 2.0 with the attributes of its specification."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from kashcraft.catalogue.rules import plain_text, price_now, product_path
from kashcraft.catalogue.rules.feed import FeedProduct
from kashcraft.core.money import Money

NONE: AttributesImpl[str] = AttributesImpl({})
NAMESPACE = "http://base.google.com/ns/1.0"
# The limits of the specification.
LONGEST_TITLE, LONGEST_TEXT, MOST_PICTURES = 150, 5_000, 10
# Characters that XML 1.0 forbids even when they are escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedShop:
    """The shop as a feed names it."""

    name: str
    base_url: str


def feed_items(
    product: FeedProduct, shop: FeedShop, *, units: int, path: str, now: datetime
) -> Iterator[tuple[str, str]]:
    """Yield the attributes of a product with their values, without empty ones.

    ``units`` can be bought; ``path`` is its category with those above it. A sale with both of its times is
    given with them, another one while it runs.
    """
    is_variant = product.page_id != product.id
    address = f"{shop.base_url}{product_path(product.slug)}"
    pictures = [f"{shop.base_url}/media/{name}.webp" for name in product.pictures]
    title = " ".join([product.name, *product.option_values.values()])
    text = plain_text(product.description_html, LONGEST_TEXT) or product.summary or product.name
    found = (
        ("id", product.sku if len(product.sku) <= 50 else product.id.hex),
        ("title", title[:LONGEST_TITLE]),
        ("description", text),
        ("link", f"{address}?choice={product.id}" if is_variant else address),
        ("image_link", pictures[0] if pictures else ""),
        *(("additional_image_link", one) for one in pictures[1 : MOST_PICTURES + 1]),
        ("availability", "in_stock" if units > 0 else "out_of_stock"),
        ("price", _amount(product.price)),
        *_sale(product, now),
        ("condition", "new"),
        ("brand", (product.brand or shop.name)[:70]),
        ("identifier_exists", "no"),
        ("item_group_id", product.page_id.hex if is_variant else ""),
        ("product_type", path[:750]),
        ("color", "/".join(product.colors[:3])),
        ("size", product.sizes[0] if len(product.sizes) == 1 else ""),
        ("material", "/".join(product.materials)[:200]),
        ("shipping_weight", f"{product.weight_grams} g" if product.weight_grams else ""),
    )
    return ((name, value) for name, value in found if value)


def write_feed(items: Iterable[Iterable[tuple[str, str]]], shop: FeedShop) -> Iterator[str]:
    """Yield the feed in parts: its beginning, each item, and its end."""
    out = StringIO()
    xml = XMLGenerator(out, encoding="utf-8")
    xml.startDocument()
    xml.startElement("rss", AttributesImpl({"version": "2.0", "xmlns:g": NAMESPACE}))
    xml.startElement("channel", NONE)
    for name, value in (("title", shop.name), ("link", shop.base_url), ("description", shop.name)):
        _element(xml, name, value)
    yield _taken(out)
    for item in items:
        xml.startElement("item", NONE)
        for name, value in item:
            _element(xml, f"g:{name}", value)
        xml.endElement("item")
        yield _taken(out)
    xml.endElement("channel")
    xml.endElement("rss")
    xml.endDocument()
    yield _taken(out)


def _element(xml: XMLGenerator, name: str, value: str) -> None:
    xml.startElement(name, NONE)
    xml.characters(_FORBIDDEN.sub("", value))
    xml.endElement(name)


def _taken(out: StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def _amount(money: Money) -> str:
    return f"{money.amount} {money.currency}"


def _sale(product: FeedProduct, now: datetime) -> Iterator[tuple[str, str]]:
    sale, starts, ends = product.sale_price, product.sale_starts_at, product.sale_ends_at
    if sale is None or (ends is not None and ends <= now):
        return
    if starts and ends:
        yield "sale_price", _amount(sale)
        yield "sale_price_effective_date", f"{_time(starts)}/{_time(ends)}"
    elif price_now(product.price.minor, sale.minor, starts, ends, now) == sale.minor:
        yield "sale_price", _amount(sale)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="minutes")
