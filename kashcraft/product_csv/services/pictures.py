"""Fetching the pictures of a product file that are addresses, after the import, one job each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.rules import StoredPicture
from kashcraft.core import clock, jobs
from kashcraft.core.db import db, end_reading, in_step, rows_changed, table_of
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId, new_id
from kashcraft.product_csv import queries
from kashcraft.product_csv.gateways.fetching import STRICT, Policy, Unavailable, fetch_image
from kashcraft.product_csv.models import PictureSource
from kashcraft.product_csv.rules.addresses import Refused
from kashcraft.product_csv.rules.changes import ProductPlan
from kashcraft.product_csv.rules.products import CsvImage
from kashcraft.product_csv.rules.shop import SourceState
from kashcraft.product_csv.rules.tries import pause_after
from kashcraft.product_csv.services import sources
from kashcraft.product_csv.services.planning import PICTURE_PROBLEMS, Report
from kashcraft.uploads.gateways.pictures import store_picture

log = structlog.get_logger()

SOURCES = table_of(PictureSource)
ENQUEUED_AT_ONCE = 1000


@jobs.reference("product_csv.fetch_picture")
def fetching(*, source_id: UUID) -> None:
    """Fetch one picture and show it on its page; implemented in ``product_csv.jobs``."""


class _Outdated(Exception):
    """Another job has fetched the picture, or the file no longer names it."""


def store_addresses(*, report: Report) -> None:
    """Store the address, text, position and variants of the pictures that products of a file lack.

    With ``report.fetching`` a job is enqueued for each that has none yet. Runs in the step that writes the
    report, after it. Unchanged sources are not touched.
    """
    fetch = report.fetching
    plans = [plan for plan in report.plans if plan.addresses or (plan.existing and plan.existing.sources)]
    pages = sources.page_ids([plan.product.slug for plan in plans])
    known = sources.sources_of(list(pages.values()))
    places = sources.next_places(list(pages.values()))
    owners = queries.list_sku_owners(
        variant.sku for plan in plans for variant in plan.variants if variant.variant.picture
    )
    fresh: list[dict[str, Any]] = []
    for plan in plans:
        page_id = pages[plan.product.slug]
        mine = known.get(page_id, {})
        shows = _shows(plan, owners)
        for source in _left_out(plan, mine):
            db.session.delete(source)
        _update_sources(plan, mine, shows, fetch=fetch)
        first = 0 if plan.existing is None else places.get(page_id, 0)
        fresh += _fresh(plan, page_id, mine, shows, first)
    for row in fresh:
        row["state"] = SourceState.WAITING if fetch else SourceState.STORED
    _write(fresh)
    if fetch:
        _enqueue([row["id"] for row in fresh])


def enqueue_missing(*, again: bool = False) -> int:
    """Enqueue a job for each missing picture that has none yet, with ``again`` also for those given up;
    return their number.

    Runs in short steps of its own so that other writers do not wait.
    """
    in_step(_store_unknown)
    states = [SourceState.STORED, *([SourceState.GIVEN_UP] if again else [])]
    asked = 0
    while some := in_step(lambda: _enqueue_some(states)):
        asked += some
    return asked


def _store_unknown() -> None:
    """Store a source for each picture address that has none."""
    _write(
        [
            _row(page_id, place, CsvImage(0, address, ""), ()) | {"state": SourceState.STORED}
            for page_id, place, address in sources.addresses_without_source()
        ]
    )


def _enqueue_some(states: Collection[SourceState]) -> int:
    some = sa.select(PictureSource.id).where(PictureSource.state.in_(states))
    ids = db.session.scalars(some.order_by(PictureSource.id).limit(ENQUEUED_AT_ONCE)).all()
    wanted = sa.update(PictureSource).where(PictureSource.id.in_(ids), PictureSource.state.in_(states))
    wanted = wanted.values(state=SourceState.WAITING, attempts=0, reason=None, due_at=None)
    changed = wanted.returning(PictureSource.id).execution_options(synchronize_session=False)
    return _enqueue(sorted(db.session.scalars(changed)))


def fetch_picture(*, source_id: UUID, media: Path, policy: Policy = STRICT) -> None:
    """Fetch one picture and show it on its page; a failed try is recorded with its reason.

    No transaction is open during the request. A repeated run adds nothing twice: files are named by their
    contents, and the step that adds the picture also marks it as fetched.
    """
    wanted = sources.wanted_picture(source_id)
    end_reading()
    if wanted is None:
        return
    address, slug = wanted
    about = {"product": slug, "source": str(source_id)}
    try:
        stored = _stored(address, slug, media, policy)
    except Refused as error:
        reason = str(error)
    except DomainError as error:
        reason = PICTURE_PROBLEMS[error.code]
    except Unavailable as error:
        failure, after = str(error), error.after
        due = in_step(lambda: _postpone(source_id, failure, after))
        log.warning("picture not fetched", reason=failure, again_at=due and due.isoformat(), **about)
        return
    else:
        try:
            in_step(lambda: _add(source_id, stored))
        except _Outdated:
            return
        log.info("picture fetched", **about)
        return
    in_step(lambda: give_up(source_id=source_id, reason=reason))
    log.warning("picture given up", reason=reason, **about)


def give_up(*, source_id: UUID, reason: str) -> None:
    """Record why a picture is not tried any more. Inside the caller's step."""
    _change(source_id, state=SourceState.GIVEN_UP, attempts=PictureSource.attempts + 1, due_at=None,
            reason=reason[:200])  # fmt: skip


def _stored(address: str, slug: str, media: Path, policy: Policy) -> StoredPicture:
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / "picture"
        fetch_image(address, file, policy=policy)
        return store_picture(file, media, slug)


def _add(source_id: UUID, stored: StoredPicture) -> None:
    """Add a fetched picture to its page. Raises _Outdated, which rolls the step back."""
    page_id, address = sources.page_and_address(source_id) or (None, "")
    if page_id is None:
        raise _Outdated
    # This locks the page, so that pictures of one page are added one after the other.
    catalogue.remove_source_url(product_id=page_id, address=address)
    source = db.session.get(PictureSource, source_id)
    if source is None:
        raise _Outdated
    variants = sources.variants_among(page_id, source.variant_ids)
    image = next((image for image in queries.list_images(page_id) if image.stem == stored.stem), None)
    if image is None:
        alt = source.alt or queries.get_product(page_id).name
        image = catalogue.add_image(
            product_id=page_id, picture=stored, alt=alt, position=source.position, variant_ids=variants
        )
    elif variants:
        shown = queries.list_image_variants(page_id).get(image.id, set())
        catalogue.set_image_variants(image_id=image.id, variant_ids=sorted(shown | set(variants)))
    db.session.flush()  # its source is changed directly and refers to the row
    fetched = {"state": SourceState.FETCHED, "image_id": image.id, "reason": None, "due_at": None}
    if not _change(source_id, **fetched):
        raise _Outdated


def _postpone(source_id: UUID, reason: str, asked: timedelta | None) -> datetime | None:
    """Enqueue another try, or give up after the last; return the time of the next, None without one."""
    attempts = db.session.scalar(sa.select(PictureSource.attempts).where(PictureSource.id == source_id)) or 0
    pause = pause_after(attempts + 1, asked)
    if pause is None:
        give_up(source_id=source_id, reason=reason)
        return None
    due = clock.now() + pause
    if not _change(source_id, state=SourceState.WAITING, attempts=attempts + 1, due_at=due, reason=reason):
        return None
    fetching.enqueue_at(due, source_id=source_id)
    return due


def _change(source_id: UUID, **values: Any) -> int:
    """Change a source whose picture is not fetched yet; return whether it was changed."""
    unfinished = (PictureSource.id == source_id, PictureSource.state.in_(sources.UNFINISHED))
    changed = sa.update(PictureSource).where(*unfinished).values(values)
    return rows_changed(db.session.execute(changed.execution_options(synchronize_session=False)))


def _enqueue(source_ids: Iterable[UUID]) -> int:
    return jobs.enqueue_many(fetching.task, [{"source_id": source_id} for source_id in source_ids])


def _write(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.insert(SOURCES), rows)


def _shows(plan: ProductPlan, owners: Mapping[str, ProductId]) -> dict[str, list[ProductId]]:
    """Return the variants that each picture of the file shows."""
    found: dict[str, list[ProductId]] = {}
    for variant in plan.variants:
        if variant.variant.picture:
            found.setdefault(variant.variant.picture, []).append(owners[variant.sku])
    return found


def _left_out(plan: ProductPlan, mine: Mapping[str, PictureSource]) -> list[PictureSource]:
    return [
        source
        for address, source in mine.items()
        if address not in plan.addresses and source.state is not SourceState.FETCHED
    ]


def _update_sources(
    plan: ProductPlan,
    mine: Mapping[str, PictureSource],
    shows: Mapping[str, Collection[ProductId]],
    *,
    fetch: bool,
) -> None:
    """Update known sources with the values of the file."""
    named = {str(variant_id) for some in shows.values() for variant_id in some}
    images = {image.source: image for image in plan.product.images}
    for address in plan.addresses:
        source, image = mine.get(address), images.get(address)
        if source is None or image is None or source.state is SourceState.FETCHED:
            continue
        if image.alt:
            source.alt = image.alt
        others = [variant_id for variant_id in source.variant_ids if variant_id not in named]
        variants = sorted({*others, *map(str, shows.get(address, ()))})
        if variants != source.variant_ids:
            source.variant_ids = variants
        if fetch and source.state is SourceState.STORED:
            source.state = SourceState.WAITING
            _enqueue([source.id])


def _fresh(
    plan: ProductPlan,
    page_id: ProductId,
    mine: Mapping[str, PictureSource],
    shows: Mapping[str, Collection[ProductId]],
    first: int,
) -> list[dict[str, Any]]:
    """Return the rows of addresses that are new to the shop, in the file's order from position
    ``first`` on.
    """
    new = [
        (place, image)
        for place, image in enumerate(plan.product.images, start=first)
        if image.source in plan.addresses and image.source not in mine
    ]
    return [_row(page_id, place, image, shows.get(image.source, ())) for place, image in new]


def _row(
    page_id: ProductId, place: int, image: CsvImage, variant_ids: Collection[ProductId]
) -> dict[str, Any]:
    return {
        "id": new_id(), "product_id": page_id, "address": image.source,
        "digest": sources.digest_of(image.source), "alt": image.alt, "position": place,
        "variant_ids": sorted(map(str, variant_ids)), "attempts": 0, "created_at": clock.now(),
    }  # fmt: skip
