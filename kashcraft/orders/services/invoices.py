"""The number of an invoice: given once, in the step that marks an order as paid, without gaps."""

from __future__ import annotations

from kashcraft.core.db import db, insert_into, table_of
from kashcraft.orders.models import InvoiceCounter, Order

COUNTERS = table_of(InvoiceCounter)
ORDERS = table_of(Order)


def give_number(*, order: Order) -> None:
    """Give a paid order the next invoice number; one that has a number keeps it.

    The counter is the last row that the step locks, so payments wait for one another only while they commit.
    A step that fails gives its number back.
    """
    if order.invoice_number is not None:
        return
    counted = insert_into(COUNTERS).values(id=1, last=1)
    counted = counted.on_conflict_do_update(index_elements=["id"], set_={"last": COUNTERS.c.last + 1})
    number = db.session.scalar(counted.returning(COUNTERS.c.last))
    db.session.execute(ORDERS.update().where(ORDERS.c.id == order.id).values(invoice_number=number))
