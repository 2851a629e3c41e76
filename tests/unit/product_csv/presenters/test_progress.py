"""How far the shop is with pictures that are addresses, in lines for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kashcraft.core.formats import Formats
from kashcraft.product_csv.presenters.progress import describe_addresses, describe_progress
from kashcraft.product_csv.rules.changes import ProductPlan
from kashcraft.product_csv.rules.products import CsvImage
from kashcraft.product_csv.rules.progress import Progress, Trouble
from tests.unit.product_csv.rules.test_changes import CSV

FORMATS = Formats("en_US", UTC)
ADDRESS = "https://pictures.example/ring.jpg"
DUE = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def test_each_picture_in_trouble_is_named_with_its_reason() -> None:
    progress = Progress(
        fetched=3,
        waiting=2,
        given_up=1,
        troubles=(
            Trouble("ring", ADDRESS, "the server is busy", 1, DUE),
            Trouble("ring", ADDRESS, "the server is busy", 4, DUE),
            Trouble("bowl", ADDRESS, "there is no such picture", 1, None),
        ),
    )

    when = FORMATS.time(DUE)
    assert list(describe_progress(progress, FORMATS)) == [
        f"waiting ring, {ADDRESS}: the server is busy; tried once, again {when}",
        f"waiting ring, {ADDRESS}: the server is busy; tried 4 times, again {when}",
        f"given up bowl, {ADDRESS}: there is no such picture",
        "3 fetched, 2 waiting, 1 given up",
    ]


def test_without_trouble_there_is_one_line() -> None:
    assert list(describe_progress(Progress(0, 0, 0), FORMATS)) == ["0 fetched, 0 waiting, 0 given up"]


def plan(*addresses: str) -> ProductPlan:
    product = replace(CSV, slug="new", images=tuple(CsvImage(2, address, "") for address in addresses))
    return ProductPlan(product, None, (), (), (), {}, addresses)


@pytest.mark.parametrize(
    ("addresses", "fetching", "expected"),
    [
        ((), False, []),
        ((ADDRESS,), True, ["1 picture will be fetched"]),
        ((ADDRESS, ADDRESS + "?2"), True, ["2 pictures will be fetched"]),
        ((ADDRESS,), False, ["1 picture address was kept; --pictures fetches it"]),
        ((ADDRESS, ADDRESS + "?2"), False, ["2 picture addresses were kept; --pictures fetches them"]),
    ],
)
def test_what_becomes_of_the_addresses_of_a_file(
    addresses: Sequence[str], fetching: bool, expected: list[str]
) -> None:
    assert list(describe_addresses([plan(*addresses)], fetching=fetching)) == expected
