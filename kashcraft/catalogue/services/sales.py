"""The announcement of sales: their beginning and end are published once each.

A sale is true by its days alone (``rules.price_now``). What has to happen at its beginning and end, such as
messages, reacts to the events of this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import HAS_SALE, Product, Status
from kashcraft.catalogue.services.version import touch
from kashcraft.core import clock
from kashcraft.core.bus import publish
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId
from kashcraft.events.catalogue import SaleBegan, SaleEnded

# In the words of the index, so that planners use it.
_MAY_CHANGE = sa.text(f"({HAS_SALE.text})")


def announce_sales(*, limit: int = 500) -> int:
    """Publish ``SaleBegan`` and ``SaleEnded`` for up to ``limit`` sales each and return their number.

    The row remembers what was announced, so each is published once, also by jobs that run at the same time. A
    sale that is not announced before its end is not announced at all. Only what visitors see begins: the sale
    of a draft begins with its publication. Raises the catalogue version. Two statements without a sale.
    """
    now = clock.now()
    began = _announce(sa.and_(~Product.sale_announced, _runs(now), _is_seen()), True, limit)
    ended = _announce(sa.and_(Product.sale_announced, sa.not_(_runs(now))), False, limit)
    for row in began:
        publish(SaleBegan(row.id, row.price, row.sale_price))
    for row in ended:
        publish(SaleEnded(row.id, row.price))
    changed = [row.id for row in (*began, *ended)]
    if changed:
        touch(product_ids=changed)
    return len(changed)


def _runs(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that the sale of a product runs; it is never null."""
    return sa.and_(
        Product.sale_price.is_not(None),
        sa.or_(Product.sale_starts_at.is_(None), Product.sale_starts_at <= now),
        sa.or_(Product.sale_ends_at.is_(None), Product.sale_ends_at > now),
    )


def _is_seen() -> sa.ColumnElement[bool]:
    page = aliased(Product)
    hidden = sa.select(page.id).where(page.id == Product.parent_id, page.status != Status.ACTIVE)
    return sa.and_(Product.status == Status.ACTIVE, ~hidden.exists())


def _announce(
    condition: sa.ColumnElement[bool], announced: bool, limit: int
) -> Sequence[sa.Row[ProductId, int | None, int | None]]:
    """Mark the products of ``condition`` and return those that no other step has marked before.

    Rows that another step is changing are left for the next run.
    """
    due = sa.select(Product.id).where(_MAY_CHANGE, condition).limit(limit)
    # A CTE, because PostgreSQL may repeat a locking subquery with a limit for other rows.
    locked = due.with_for_update(skip_locked=True).cte("due")
    marked = (
        sa.update(Product)
        .where(Product.id.in_(sa.select(locked.c.id)), Product.sale_announced != announced)
        .values(sale_announced=announced)
        .returning(Product.id, Product.price, Product.sale_price)
    )
    return db.session.execute(marked, execution_options={"synchronize_session": False}).all()
