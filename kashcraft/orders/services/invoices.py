"""Invoice numbers, assigned without gaps in the step that marks an order as paid."""

from __future__ import annotations

from kashcraft.core.db import db, insert_into, table_of
from kashcraft.orders.models import InvoiceCounter, Order

COUNTERS = table_of(InvoiceCounter)
ORDERS = table_of(Order)


def assign_number(*, order: Order) -> None:
    """Assign the next invoice number to a paid order that has none.

    The counter is the last row that the step locks, so that payments wait for each other only during the
    commit. A failed step rolls its number back.
    """
    if order.invoice_number is not None:
        return
    counted = insert_into(COUNTERS).values(id=1, last=1)
    counted = counted.on_conflict_do_update(index_elements=["id"], set_={"last": COUNTERS.c.last + 1})
    number = db.session.scalar(counted.returning(COUNTERS.c.last))
    db.session.execute(ORDERS.update().where(ORDERS.c.id == order.id).values(invoice_number=number))
