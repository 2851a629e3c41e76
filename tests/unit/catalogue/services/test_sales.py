"""The announcement of sales: each beginning and each end once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Product, Status
from kashcraft.catalogue.queries import get_edition, get_version, is_current
from kashcraft.catalogue.rules import PageInput
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import in_step, step
from kashcraft.core.money import Money
from kashcraft.events.catalogue import SaleBegan, SaleEnded
from tests.factories.catalogue import PUBLISHED, make_product, make_product_with_variants, variants_of
from tests.support.published import published_events

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def announced() -> Iterator[Sequence[Any]]:
    """Yield the announcements of the test."""
    with published_events(SaleBegan, SaleEnded) as seen:
        yield seen


def sale(frozen: FrozenClock, starts: int | None, ends: int | None) -> Product:
    """Create a product with a sale from and until minutes from now."""
    days = {
        name: None if minutes is None else frozen.moment + timedelta(minutes=minutes)
        for name, minutes in (("sale_starts_at", starts), ("sale_ends_at", ends))
    }
    return make_product(price="40.00", sale_price="30.00", sold=days)


def announce() -> int:
    return in_step(services.announce_sales)


def test_a_beginning_and_an_end_are_published_once_each(
    frozen: FrozenClock, announced: Sequence[Any]
) -> None:
    product_id = sale(frozen, 1, 2).id
    numbers = []
    for _ in range(3):
        numbers.append((announce(), announce()))
        frozen.advance(minutes=1)
    assert numbers == [(0, 0), (1, 0), (1, 0)]
    assert announced == [SaleBegan(product_id, 4000, 3000), SaleEnded(product_id, 4000)]


def test_a_sale_without_days_begins_and_ends_with_its_price(
    frozen: FrozenClock, announced: Sequence[Any]
) -> None:
    product_id = sale(frozen, None, None).id
    assert announce() == 1
    with step():
        services.set_price(product_id=product_id, price=Money(5000, "USD"))
    assert (announce(), announce()) == (1, 0)
    assert announced == [SaleBegan(product_id, 4000, 3000), SaleEnded(product_id, 5000)]


def test_a_sale_that_is_over_before_its_announcement_is_not_announced(
    frozen: FrozenClock, announced: Sequence[Any]
) -> None:
    sale(frozen, 1, 2)
    frozen.advance(minutes=3)
    assert (announce(), announced) == (0, [])


def test_a_sale_that_is_put_off_ends_and_begins_again(frozen: FrozenClock, announced: Sequence[Any]) -> None:
    product_id = sale(frozen, None, None).id
    announce()
    with step():
        services.set_price(
            product_id=product_id, price=Money(4000, "USD"), sale_price=Money(3000, "USD"),
            sale_starts_at=frozen.moment + timedelta(minutes=5),
        )  # fmt: skip
    announce()
    frozen.advance(minutes=5)
    announce()
    assert [type(one) for one in announced] == [SaleBegan, SaleEnded, SaleBegan]


def test_only_what_visitors_see_begins(frozen: FrozenClock, announced: Sequence[Any]) -> None:
    draft = make_product("Bowl", sku="BOWL", price="40.00", sale_price="30.00", status=Status.DRAFT)
    cap = make_product_with_variants("Cap")
    small = variants_of(cap)[0]
    with step():
        services.set_price(product_id=small.id, price=Money(4000, "USD"), sale_price=Money(3000, "USD"))
        services.update_product(
            product_id=cap.id, page=PageInput(name="Cap", status=Status.DRAFT, published_at=PUBLISHED)
        )
    assert announce() == 0
    with step():
        services.update_product(product_id=draft.id, page=PageInput(name="Bowl", published_at=PUBLISHED))
        services.update_product(product_id=cap.id, page=PageInput(name="Cap", published_at=PUBLISHED))
    assert announce() == 2
    assert {one.product_id for one in announced} == {draft.id, small.id}


def test_pages_follow_an_announcement_and_imports_are_not_disturbed(
    frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    product_id = sale(frozen, 1, None).id
    before, edition = get_version(), get_edition([product_id])
    with count_statements() as seen:
        announce()
    assert (get_version(), len(seen)) == (before, 2)
    frozen.advance(minutes=1)
    announce()
    assert get_version() == before + 1
    assert is_current(edition)


def test_many_sales_are_announced_in_batches(frozen: FrozenClock, announced: Sequence[Any]) -> None:
    for _ in range(3):
        sale(frozen, None, None)
    assert [in_step(lambda: services.announce_sales(limit=2)) for _ in range(3)] == [2, 1, 0]
    assert len({one.product_id for one in announced}) == 3
