"""The two parts of a product page, which are rendered once for all processes of a server.

One shows this product alone, the other the cards of other products. Each is stored under all that it shows of
the moment (prices, stock, dates), and is used as long as no product in it has changed since the catalogue
version under which it was rendered.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from uuid import UUID

from flask import current_app

from kashcraft.catalogue.queries import get_version
from kashcraft.core.ids import ProductId
from kashcraft.core.page_store import page_store
from kashcraft.product_cards.queries import is_unchanged
from kashcraft.storefront.queries import OtherProducts, ProductRequest
from kashcraft.storefront.views.frames import PageHead

# What is stored begins with a line that describes it.
_END = b"\n"


@dataclass(frozen=True)
class ProductPart:
    """The head of a product page, its own content, and the products that staff have chosen for it.

    It is not stored where the address has values that the product does not have (``is_invented``), so that
    such addresses cannot fill the file.
    """

    product_id: ProductId
    related_ids: tuple[ProductId, ...]
    head: PageHead
    html: bytes
    is_invented: bool = False


def get_product_part(product_request: ProductRequest, render: Callable[[], ProductPart]) -> ProductPart:
    """Return the stored part of a product page, or what ``render`` returns.

    Flask's debug mode stores none, because templates are edited there.
    """
    if current_app.debug:
        return render()
    store, version = page_store(), get_version()
    stored = store.get(product_request.part_key)
    if stored is not None:
        since, part = _read(stored)
        if is_unchanged(part.product_id, since, version):
            return part
    part = render()
    if part.is_invented:
        return part
    ids = [part.product_id.hex, *(one.hex for one in part.related_ids)]
    described = json.dumps([version, ids, asdict(part.head)])
    store.put(product_request.part_key, described.encode() + _END + part.html)
    return part


def _read(stored: bytes) -> tuple[int, ProductPart]:
    described, _, html = stored.partition(_END)
    version, ids, head = json.loads(described)
    product_id, *related_ids = (ProductId(UUID(hex=one)) for one in ids)
    return version, ProductPart(product_id, tuple(related_ids), PageHead(**head), html)


def get_others_part(others: OtherProducts, render: Callable[[], bytes]) -> bytes:
    """Return the stored part with cards of other products, or what ``render`` returns."""
    if current_app.debug:
        return render()
    store, version = page_store(), get_version()
    stored = store.get(others.key)
    if stored is not None:
        since, _, html = stored.partition(_END)
        if others.are_unchanged(int(since)):
            return html
    html = render()
    store.put(others.key, str(version).encode() + _END + html)
    return html
