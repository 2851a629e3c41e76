"""The product feed in Google's format, as a file that is made once for each version of the catalogue."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import Response, send_file

from kashcraft.catalogue.queries import feed, get_tree, get_version
from kashcraft.catalogue.rules import Tree
from kashcraft.catalogue.rules.feed import FeedProduct
from kashcraft.core import clock, private_files
from kashcraft.core.settings import installation, settings
from kashcraft.inventory import queries as inventory
from kashcraft.storefront.presenters.google_feed import FeedShop, feed_items, write_feed
from kashcraft.storefront.views.blueprint import bp

_making = threading.Lock()


@bp.get("/feeds/google.xml")
def google_feed() -> Response:
    """Send the product feed in Google's format; products without a picture are left out."""
    response = send_file(_current_file(clock.now()).resolve(), mimetype="application/xml", max_age=60)
    response.cache_control.public = True
    return response


def _current_file(now: datetime) -> Path:
    """Return the file of the catalogue's version and of this hour, in which sales begin and end.

    It is made at the first request, by one thread of a process at a time, in portions.
    """
    folder = settings().instance_path / "feeds"
    file = folder / f"google-{get_version()}-{now:%Y%m%d%H}.xml"
    if not file.exists():
        with _making:
            if not file.exists():
                _write(file, now)
    return file


def _write(file: Path, now: datetime) -> None:
    private_files.make_folder(file.parent)
    shop = FeedShop(settings().shop_name, installation().base_url)
    with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as draft:
        draft.writelines(write_feed(_items(shop, now), shop))
    Path(draft.name).rename(file)
    for other in file.parent.glob("google-*.xml"):
        if other != file:
            other.unlink(missing_ok=True)


def _items(shop: FeedShop, now: datetime) -> Iterator[Iterator[tuple[str, str]]]:
    tree = get_tree()
    for portion in feed.list_feed_portions():
        units = inventory.get_free_units([one.id for one in portion])
        for product in portion:
            if product.pictures:
                path = _path(product, tree)
                yield feed_items(product, shop, units=units[product.id], path=path, now=now)


def _path(product: FeedProduct, tree: Tree) -> str:
    category = tree.by_id.get(product.category_id) if product.category_id else None
    return " > ".join(one.name for one in tree.path_to(category)) if category else ""
