"""Background jobs of payments. The processor is always called between two steps."""

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
from kashcraft.payments.services import pending_jobs

log = structlog.get_logger()

# Payments without an outcome are refreshed from this age on: unused ones for a day, slow banks for a week.
REFRESH_AFTER = timedelta(minutes=3)
REFRESH_UNUSED_FOR = timedelta(days=1)
REFRESH_SLOW_FOR = timedelta(days=7)
# The job of a refund is retried for half an hour; after that the refund is retried by reconcile().
RETRY_REFUNDS_AFTER = timedelta(hours=1)


@task(pending_jobs.return_refund, lane=Lane.PROCESSOR)
def return_refund(refund_id: str, **_: object) -> None:
    """Have the processor pay a refund."""
    services.return_refund(refund_id=RefundId(UUID(refund_id)))


@task(pending_jobs.return_surplus, lane=Lane.PROCESSOR)
def return_surplus(payment_id: str) -> None:
    """Have the processor refund a payment that its order did not need, and notify the customer."""
    services.return_surplus(payment_id=PaymentId(UUID(payment_id)))


@task("payments.end_open", lane=Lane.PROCESSOR)
def end_open(order_id: str) -> None:
    """Cancel the open payments of a cancelled order."""
    with read_only():
        payment_ids = queries.list_open_of_cancelled(order_id=OrderId(UUID(order_id)))
    for payment_id in payment_ids:
        services.end_payment(payment_id=payment_id)


@task("payments.tell_of_failure")
def notify_customer_of_failed_payment(order_id: str, payment_id: str) -> None:
    """Notify the customer of a payment that failed after they had left the payment page."""
    in_step(
        lambda: services.notify_customer_of_failed_payment(
            order_id=OrderId(UUID(order_id)), payment_id=PaymentId(UUID(payment_id))
        )
    )


@task("payments.reconcile", lane=Lane.PROCESSOR)
def reconcile() -> None:
    """Ask the processors for missing outcomes, so that a lost webhook loses nothing.

    Refreshes undecided payments, retries refunds whose jobs failed, and cancels open payments of
    cancelled orders.
    """
    now = clock.now()
    with read_only():
        undecided = queries.list_undecided(
            before=now - REFRESH_AFTER, used_after=now - REFRESH_UNUSED_FOR, slow_after=now - REFRESH_SLOW_FOR
        )
        overdue = queries.list_overdue_refunds(before=now - RETRY_REFUNDS_AFTER)
        cancelled = queries.list_open_of_cancelled()
    try:
        for payment_id in cancelled:
            _call(services.end_payment, payment_id=payment_id)
        for payment_id in undecided:
            _call(services.refresh, payment_id=payment_id)
        for refund_id in overdue:
            _call(services.return_refund, refund_id=refund_id)
    except GatewayDown:
        log.warning("the processor is down")


def _call(service: Callable[..., object], **ids: UUID) -> None:
    """Call a service for one payment or refund. Its error is logged and does not stop the others."""
    try:
        service(**ids)
    except GatewayDown:
        raise
    except Exception:
        log.exception("not reconciled", **{name: str(value) for name, value in ids.items()})
        end_reading()


@task(pending_jobs.settle_sandbox, lane=Lane.PROCESSOR)
def settle_sandbox(reference: str) -> None:
    """Settle a slow payment of the sandbox and send its webhook."""
    services.settle_sandbox(reference=reference)
