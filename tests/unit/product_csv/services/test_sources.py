"""What the shop knows of addresses that pictures come from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.product_csv.models import PictureSource
from kashcraft.product_csv.rules.progress import Progress, Trouble
from kashcraft.product_csv.rules.shop import SourceState
from kashcraft.product_csv.services import sources
from tests.factories.catalogue import add_picture, make_product, make_product_with_variants, variants_of

ADDRESS = "https://pictures.example/{}.jpg"


def source(
    product_id: UUID, name: str = "ring", state: SourceState = SourceState.WAITING, **values: Any
) -> UUID:
    address = ADDRESS.format(name)
    with step():
        row = PictureSource(
            id=new_id(), product_id=product_id, address=address, digest=sources.digest_of(address),
            state=state, **values,
        )  # fmt: skip
        db.session.add(row)
        return row.id


def test_the_key_of_an_address_has_one_length() -> None:
    short, long = (
        sources.digest_of("https://a.example/x.jpg"),
        sources.digest_of("https://a.example/" + "x" * 5000),
    )

    assert (len(short), len(long)) == (64, 64)
    assert short != long


def test_progress_counts_and_names_what_went_wrong_by_product(database: Flask, frozen: FrozenClock) -> None:
    ring, bowl = make_product(slug="ring").id, make_product(slug="bowl").id
    due = clock.now() + timedelta(minutes=5)
    source(ring, "a")
    source(ring, "b", reason="the server is busy", attempts=2, due_at=due)
    source(bowl, "c", SourceState.GIVEN_UP, reason="there is no such picture", attempts=1)
    source(bowl, "d", SourceState.STORED)

    assert sources.progress() == Progress(
        fetched=0,
        waiting=2,
        given_up=1,
        troubles=(
            Trouble("ring", ADDRESS.format("b"), "the server is busy", 2, due),
            Trouble("bowl", ADDRESS.format("c"), "there is no such picture", 1, None),
        ),
    )


@pytest.mark.parametrize(
    ("state", "due_in", "is_wanted"),
    [
        (SourceState.WAITING, None, True),
        (SourceState.WAITING, 0, True),
        (SourceState.WAITING, 1, False),
        (SourceState.GIVEN_UP, None, True),
        (SourceState.STORED, None, False),
    ],
)
def test_a_picture_is_fetched_when_it_is_owed_and_its_time_has_come(
    database: Flask, frozen: FrozenClock, state: SourceState, due_in: int | None, is_wanted: bool
) -> None:
    ring = make_product(slug="ring").id
    due = None if due_in is None else clock.now() + timedelta(seconds=due_in)
    one = source(ring, state=state, due_at=due)

    assert sources.wanted_picture(one) == ((ADDRESS.format("ring"), "ring") if is_wanted else None)
    assert sources.wanted_picture(new_id()) is None


def test_a_picture_that_is_still_to_come_names_its_page(database: Flask) -> None:
    ring = make_product().id
    pending, stored = source(ring, "a"), source(ring, "b", SourceState.STORED)

    assert sources.page_and_address(pending) == (ring, ADDRESS.format("a"))
    assert sources.page_and_address(stored) is None


def test_only_variants_of_the_page_are_among_its_variants_in_their_order(database: Flask) -> None:
    parent, other = make_product_with_variants(), make_product_with_variants()
    small, medium, _ = variants_of(parent)
    strangers = variants_of(other)

    asked = [str(one.id) for one in (medium, *strangers, small)]
    assert sources.variants_among(parent.id, asked) == [small.id, medium.id]


def test_the_next_place_is_behind_pictures_that_are_there_and_those_to_come(database: Flask) -> None:
    bare, shown, coming = make_product().id, make_product(), make_product().id
    with step():
        add_picture(shown)
    shown_id = shown.id
    source(coming, position=4)

    assert sources.next_places([bare, shown_id, coming]) == {shown_id: 1, coming: 5}


def test_sources_are_found_by_page_and_address(database: Flask) -> None:
    ring, bowl = make_product().id, make_product().id
    one, two = source(ring, "a"), source(ring, "b")
    source(bowl, "a")

    found = sources.sources_of([ring])

    assert {address: row.id for address, row in found[ring].items()} == {
        ADDRESS.format("a"): one,
        ADDRESS.format("b"): two,
    }
    assert set(found) == {ring}


def test_addresses_that_a_page_lacks_and_nothing_else_is_known_of_come_once(database: Flask) -> None:
    ring = make_product().id
    known, new, newer = (ADDRESS.format(name) for name in "abc")
    source(ring, "a")
    with step():
        lacking = sa.update(Product).where(Product.id == ring)
        db.session.execute(lacking.values(source_urls=[known, new, new, newer]))

    assert list(sources.addresses_without_source()) == [(ring, 1, new), (ring, 2, newer)]


def test_pages_are_found_by_their_addresses(database: Flask) -> None:
    ring = make_product(slug="ring").id

    assert sources.page_ids(["ring", "none"]) == {"ring": ring}
