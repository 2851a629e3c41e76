"""Jobs that announce sales at the same time: each beginning and end is published once."""

from __future__ import annotations

from collections import Counter

from flask import Flask

from kashcraft.catalogue import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.events.catalogue import SaleBegan, SaleEnded
from tests.factories.catalogue import make_product
from tests.support.published import published_events
from tests.support.races import at_once


def test_jobs_at_the_same_time_announce_each_sale_once(database: Flask, frozen: FrozenClock) -> None:
    end = {"sale_ends_at": frozen.moment.replace(minute=30)}
    ids = {make_product(price="40.00", sale_price="30.00", sold=end).id for _ in range(20)}
    with published_events(SaleBegan, SaleEnded) as seen:
        at_once(database, [jobs.announce_sales] * 4)
        frozen.advance(hours=1)
        at_once(database, [jobs.announce_sales] * 4)
        jobs.announce_sales()
    assert Counter((type(one), one.product_id) for one in seen) == Counter(
        (kind, product_id) for kind in (SaleBegan, SaleEnded) for product_id in ids
    )
