"""The work that payments owe: declared here, done by ``payments.jobs``."""

from __future__ import annotations

from kashcraft.core import jobs
from kashcraft.core.ids import PaymentId, RefundId


@jobs.reference("payments.return_refund")
def return_refund(*, refund_id: RefundId) -> None:
    """Have the processor pay out a refund."""


@jobs.reference("payments.return_surplus")
def return_surplus(*, payment_id: PaymentId) -> None:
    """Have the processor pay back a payment that its order did not need, and tell its maker."""


@jobs.reference("payments.settle_sandbox")
def settle_sandbox(*, reference: str) -> None:
    """Let the sandbox end a payment that takes its time, and send its webhook."""
