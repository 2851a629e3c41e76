"""Reads of picture sources for the jobs that fetch them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue.models import Kind, Product, ProductImage
from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId
from kashcraft.product_csv.models import PictureSource
from kashcraft.product_csv.rules.progress import Progress, Trouble
from kashcraft.product_csv.rules.shop import SourceState

# Jobs may fetch these: one that was given up is tried once more when staff run its job again.
UNFINISHED = (SourceState.WAITING, SourceState.GIVEN_UP)


def progress() -> Progress:
    """Return the progress of fetching pictures. Two statements."""
    by_state = sa.select(PictureSource.state, sa.func.count()).group_by(PictureSource.state)
    counts = {row[0]: row[1] for row in db.session.execute(by_state)}
    tried = (
        sa.select(
            Product.slug, PictureSource.address, PictureSource.reason, PictureSource.attempts,
            PictureSource.due_at,
        )
        .join(Product, Product.id == PictureSource.product_id)
        .where(PictureSource.reason.is_not(None), PictureSource.state.in_(UNFINISHED))
        .order_by(PictureSource.state.desc(), Product.slug, PictureSource.position, PictureSource.id)
    )  # fmt: skip
    return Progress(
        counts.get(SourceState.FETCHED, 0),
        counts.get(SourceState.WAITING, 0),
        counts.get(SourceState.GIVEN_UP, 0),
        tuple(
            Trouble(row.slug, row.address, row.reason, row.attempts, row.due_at)
            for row in db.session.execute(tried)
        ),
    )


def digest_of(address: str) -> str:
    """Return the key of an address; the address itself may be too long for an index."""
    return hashlib.sha256(address.encode()).hexdigest()


def wanted_picture(source_id: UUID) -> tuple[str, str] | None:
    """Return the address of a picture and its page's slug, None if it is not to be fetched now."""
    query = (
        sa.select(PictureSource.address, Product.slug)
        .join(Product, Product.id == PictureSource.product_id)
        .where(
            PictureSource.id == source_id,
            PictureSource.state.in_(UNFINISHED),
            sa.or_(PictureSource.due_at.is_(None), PictureSource.due_at <= clock.now()),
        )
    )
    row = db.session.execute(query).first()
    return (row.address, row.slug or "") if row else None


def page_and_address(source_id: UUID) -> tuple[ProductId, str] | None:
    """Return the page and the address of a picture that has not been fetched yet."""
    query = sa.select(PictureSource.product_id, PictureSource.address)
    row = db.session.execute(
        query.where(PictureSource.id == source_id, PictureSource.state.in_(UNFINISHED))
    ).first()
    return (row.product_id, row.address) if row else None


def variants_among(page_id: ProductId, variant_ids: Iterable[str]) -> list[ProductId]:
    """Return those of ``variant_ids`` that are variants of the page."""
    wanted = [ProductId(UUID(variant_id)) for variant_id in variant_ids]
    query = sa.select(Product.id).where(Product.parent_id == page_id, Product.id.in_(wanted))
    return list(db.session.scalars(query.order_by(Product.position)))


def page_ids(slugs: Collection[str]) -> dict[str, ProductId]:
    """Return the ids of the pages at ``slugs``."""
    query = sa.select(Product.slug, Product.id).where(Product.slug.in_(slugs))
    return {slug: page_id for slug, page_id in db.session.execute(query) if slug}


def sources_of(page_ids: Collection[ProductId]) -> dict[ProductId, dict[str, PictureSource]]:
    """Return the sources of pages, by page and address."""
    found: dict[ProductId, dict[str, PictureSource]] = defaultdict(dict)
    for source in db.session.scalars(sa.select(PictureSource).where(PictureSource.product_id.in_(page_ids))):
        found[source.product_id][source.address] = source
    return found


def next_places(page_ids: Collection[ProductId]) -> dict[ProductId, int]:
    """Return the position after all pictures of each page, fetched or not."""
    places: dict[ProductId, int] = {}
    for table in (ProductImage, PictureSource):
        last = sa.select(table.product_id, sa.func.max(table.position)).group_by(table.product_id)
        for page_id, position in db.session.execute(last.where(table.product_id.in_(page_ids))):
            places[page_id] = max(places.get(page_id, 0), position + 1)
    return places


def addresses_without_source() -> Iterator[tuple[ProductId, int, str]]:
    """Yield page, position and address of missing pictures that have no source yet."""
    lacking = sa.select(Product.id, Product.source_urls).where(
        Product.kind != Kind.VARIANT, sa.cast(Product.source_urls, sa.Text) != "[]"
    )
    lists = db.session.execute(lacking.order_by(Product.id)).all()
    pages = [page_id for page_id, _ in lists]
    known, places = sources_of(pages), next_places(pages)
    for page_id, addresses in lists:
        new = [address for address in dict.fromkeys(addresses) if address not in known.get(page_id, {})]
        for position, address in enumerate(new, start=places.get(page_id, 0)):
            yield page_id, position, address
