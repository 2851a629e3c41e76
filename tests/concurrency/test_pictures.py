"""Pictures that come at the same moment: each is added once, and none gets lost, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product, ProductImage
from kashcraft.core.db import db, in_step
from kashcraft.product_csv import services
from kashcraft.product_csv.gateways.fetching import Policy
from kashcraft.product_csv.models import PictureSource
from kashcraft.product_csv.rules.shop import SourceState
from tests.factories import shopping
from tests.support.races import at_once
from tests.support.web import Web, picture, serving

PICTURES = 6


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def wanted(web: Web, addresses: list[str]) -> list[UUID]:
    """Have a page lack the pictures at these addresses; return what is known of each."""
    bowl = shopping.add_product("Bowl")

    page = sa.update(Product).where(Product.id == bowl).values(source_urls=addresses)
    in_step(lambda: db.session.execute(page))
    assert services.enqueue_missing() == len(addresses)
    return list(db.session.scalars(sa.select(PictureSource.id)))


def fetch_all(app: Flask, web: Web, source_ids: list[UUID], media: Path) -> None:
    policy = Policy(may_ask=lambda address: address.is_loopback, ports=frozenset({web.port}))
    at_once(
        app,
        [
            lambda source_id=source_id: services.fetch_picture(  # type: ignore[misc]
                source_id=source_id, media=media, policy=policy
            )
            for source_id in source_ids
        ],
    )


def _fetched() -> sa.ColumnElement[bool]:
    return ProductImage.stem.startswith("bowl-")  # the product was made with another one


def counts() -> tuple[int, list[list[str]], set[SourceState]]:
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(ProductImage).where(_fetched())) or 0,
        list(db.session.scalars(sa.select(Product.source_urls))),
        set(db.session.scalars(sa.select(PictureSource.state))),
    )


def test_pictures_of_one_page_that_come_at_once_are_all_there(
    database: Flask, web: Web, tmp_path: Path
) -> None:
    web.pages |= {f"/{number}": picture(number) for number in range(PICTURES)}
    source_ids = wanted(web, [web.url(path) for path in web.pages])
    fetch_all(database, web, source_ids, tmp_path)
    assert counts() == (PICTURES, [[]], {SourceState.FETCHED})


def test_one_picture_that_is_fetched_many_times_at_once_is_there_once(
    database: Flask, web: Web, tmp_path: Path
) -> None:
    web.pages["/a"] = picture()
    (source_id,) = wanted(web, [web.url("/a")])
    fetch_all(database, web, [source_id] * PICTURES, tmp_path)
    assert counts() == (1, [[]], {SourceState.FETCHED})


def test_equal_pictures_of_one_page_that_come_at_once_are_one(
    database: Flask, web: Web, tmp_path: Path
) -> None:
    web.pages |= {f"/{number}": picture(7) for number in range(PICTURES)}
    source_ids = wanted(web, [web.url(path) for path in web.pages])
    fetch_all(database, web, source_ids, tmp_path)
    assert counts() == (1, [[]], {SourceState.FETCHED})
