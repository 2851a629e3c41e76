"""Declarations of the jobs that services of payments enqueue; ``payments.jobs`` runs them."""

from __future__ import annotations

from kashcraft.core import jobs
from kashcraft.core.ids import PaymentId, RefundId


@jobs.reference("payments.return_refund")
def return_refund(*, refund_id: RefundId) -> None:
    """Have the processor pay a refund."""


@jobs.reference("payments.return_surplus")
def return_surplus(*, payment_id: PaymentId) -> None:
    """Have the processor refund a payment that its order did not need, and notify the customer."""


@jobs.reference("payments.settle_sandbox")
def settle_sandbox(*, reference: str) -> None:
    """Settle a slow payment of the sandbox and send its webhook."""
