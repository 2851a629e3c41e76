"""Invoice numbers, assigned without gaps in the step that marks an order as paid."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.sql import dml

from kashcraft.core.autocommit import is_postgres
from kashcraft.core.db import insert_into, table_of
from kashcraft.core.statements import per_dialect, run
from kashcraft.orders.models import InvoiceCounter, Order

COUNTERS = table_of(InvoiceCounter)
ORDERS = table_of(Order)


_OF_ORDER = ORDERS.update().where(ORDERS.c.id == sa.bindparam("of_order"))


def assign_number(*, order: Order) -> None:
    """Assign the next invoice number to a paid order that has none.

    The counter is the last row that the step locks, so that payments wait for each other only during the
    commit. A failed step rolls its number back. One statement, two on SQLite, which cannot change two tables
    in one.
    """
    if order.invoice_number is not None:
        return
    if is_postgres():
        run(_counted_and_assigned(), {"of_order": order.id})
        return
    number = run(_counted()).scalar_one()
    run(_OF_ORDER, {"of_order": order.id, "invoice_number": number})


@per_dialect
def _counted() -> dml.ReturningInsert[tuple[int]]:
    """Return the statement that raises the counter and returns it, which every payment of an order runs."""
    counted = insert_into(COUNTERS).values(id=1, last=1)
    raised = counted.on_conflict_do_update(index_elements=["id"], set_={"last": COUNTERS.c.last + 1})
    return raised.returning(COUNTERS.c.last)


@per_dialect
def _counted_and_assigned() -> sa.Executable:
    counted = _counted().cte("counted")
    return _OF_ORDER.values(invoice_number=sa.select(counted.c.last).scalar_subquery())
