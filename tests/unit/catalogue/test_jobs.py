"""The log of catalogue changes does not grow forever, and sales are announced."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kashcraft.catalogue import jobs
from kashcraft.catalogue.models import CatalogueChange
from kashcraft.catalogue.queries import get_version
from kashcraft.catalogue.services import version
from kashcraft.core.db import db
from kashcraft.events.catalogue import SaleBegan
from tests.factories.catalogue import make_category, make_product
from tests.support.published import published_events

pytestmark = pytest.mark.usefixtures("database")


def test_old_changes_are_deleted_and_the_newest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "STORED_CHANGES", 3)
    for number in range(5):
        make_category(f"Category {number}")
    jobs.purge_changes()
    db.session.rollback()
    remaining = db.session.scalars(sa.select(CatalogueChange.version).order_by(CatalogueChange.version)).all()
    assert (len(remaining), remaining[-1]) == (3, get_version())


def test_sales_are_announced_until_none_is_left() -> None:
    product = make_product(price="40.00", sale_price="30.00")
    with published_events(SaleBegan) as seen:
        jobs.announce_sales()
        jobs.announce_sales()
    assert seen == [SaleBegan(product.id, 4000, 3000)]
