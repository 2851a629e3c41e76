"""Work on payments that nobody waits for. The processor is always called between two steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog

from kashcraft.core import clock
from kashcraft.core.autocommit import read_only
from kashcraft.core.db import end_reading, in_step
from kashcraft.core.ids import OrderId, PaymentId, RefundId
from kashcraft.core.jobs import Lane, task
from kashcraft.payments import queries, services
from kashcraft.payments.gateways import GatewayDown
from kashcraft.payments.services import owing

log = structlog.get_logger()

# From which age on a payment is asked about; an unused page is given up after a day, a slow bank later.
SILENT = timedelta(minutes=3)
ABANDONED = timedelta(days=1)
LOST = timedelta(days=7)
# A refund's own work is tried for half an hour; later it is asked for here.
OVERDUE = timedelta(hours=1)


@task(owing.return_refund, lane=Lane.PROCESSOR)
def return_refund(refund_id: str, **_: object) -> None:
    """Have the processor pay out a refund."""
    services.return_refund(refund_id=RefundId(UUID(refund_id)))


@task(owing.return_surplus, lane=Lane.PROCESSOR)
def return_surplus(payment_id: str) -> None:
    """Have the processor pay back a payment that its order did not need, and tell its maker."""
    services.return_surplus(payment_id=PaymentId(UUID(payment_id)))


@task("payments.end_open", lane=Lane.PROCESSOR)
def end_open(order_id: str) -> None:
    """Give up what is still open of a cancelled order's payments."""
    with read_only():
        payment_ids = queries.list_open_of_cancelled(order_id=OrderId(UUID(order_id)))
    for payment_id in payment_ids:
        services.end_payment(payment_id=payment_id)


@task("payments.tell_of_failure")
def tell_of_failure(order_id: str, payment_id: str) -> None:
    """Write to whoever paid, where a payment failed after they had left."""
    in_step(
        lambda: services.tell_of_failure(
            order_id=OrderId(UUID(order_id)), payment_id=PaymentId(UUID(payment_id))
        )
    )


@task("payments.reconcile", lane=Lane.PROCESSOR)
def reconcile() -> None:
    """Ask the processors about payments that have been silent, so that a lost webhook loses nothing, for
    refunds whose own work was given up, and to end what is left open of cancelled orders.
    """
    now = clock.now()
    with read_only():
        silent = queries.list_undecided(
            before=now - SILENT, used_after=now - ABANDONED, slow_after=now - LOST
        )
        overdue = queries.list_overdue_refunds(before=now - OVERDUE)
        ended = queries.list_open_of_cancelled()
    try:
        for payment_id in ended:
            _ask(services.end_payment, payment_id=payment_id)
        for payment_id in silent:
            _ask(services.refresh, payment_id=payment_id)
        for refund_id in overdue:
            _ask(services.return_refund, refund_id=refund_id)
    except GatewayDown:
        log.warning("the processor is down")


def _ask(verb: Callable[..., object], **about: UUID) -> None:
    """Ask about one payment or refund; one that cannot be asked about holds up none of the others."""
    try:
        verb(**about)
    except GatewayDown:
        raise
    except Exception:
        log.exception("not reconciled", **{name: str(value) for name, value in about.items()})
        end_reading()


@task(owing.settle_sandbox, lane=Lane.PROCESSOR)
def settle_sandbox(reference: str) -> None:
    """Let the sandbox end a payment that takes its time, and send its webhook."""
    services.settle_sandbox(reference=reference)
