"""Services of the sandbox processor: the decisions of its pages, and its webhooks to the shop."""

from __future__ import annotations

from datetime import timedelta

from kashcraft.core import clock, completed_work
from kashcraft.core.db import in_step
from kashcraft.payments.gateways.cards import SandboxCard
from kashcraft.payments.gateways.processor import Event
from kashcraft.payments.gateways.sandbox import NAME, gateway, processor
from kashcraft.payments.models import PaymentStatus
from kashcraft.payments.services import pending_jobs
from kashcraft.payments.services.exchange import receive

SETTLES_AFTER = timedelta(seconds=20)


def pay_in_sandbox(*, reference: str, card: SandboxCard) -> PaymentStatus:
    """Use a card on an intent, notify the shop, and return the status of the intent.

    Raises GatewayRefused for an unknown intent.
    """
    if card.first_status is PaymentStatus.PROCESSING:
        # Enqueued first, so that a crash right after the card was used does not lose the outcome.
        in_step(
            lambda: pending_jobs.settle_sandbox.enqueue_at(clock.now() + SETTLES_AFTER, reference=reference)
        )
    return _notify_shop(reference, processor().pay(reference, card))


def confirm_in_sandbox(*, reference: str, approved: bool) -> PaymentStatus:
    """Answer the bank's question, notify the shop, and return the status of the intent."""
    return _notify_shop(reference, processor().confirm(reference, approved=approved))


def cancel_in_sandbox(*, reference: str) -> PaymentStatus:
    """Leave the payment page without paying, notify the shop, and return the status of the intent."""
    return _notify_shop(reference, processor().cancel(reference))


def settle_sandbox(*, reference: str) -> PaymentStatus:
    """Settle a slow intent, notify the shop, and return the status of the intent."""
    return _notify_shop(reference, processor().settle(reference))


def _notify_shop(reference: str, event: Event | None) -> PaymentStatus:
    """Send the webhook of an event, including its signature, and return the status of the intent.

    Without an event nothing has changed: the shop was notified before, or reconcile() will find out.
    """
    if event is not None:
        completed_work.note()
        receive(gateway=NAME, body=event.body, signature=gateway().sign(event.body))
    return processor().get(reference).status
