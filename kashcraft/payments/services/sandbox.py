"""The sandbox processor at work: what its pages decide, and its webhooks on their way to the shop."""

from __future__ import annotations

from datetime import timedelta

from kashcraft.core import clock, completed_work
from kashcraft.core.db import in_step
from kashcraft.payments.gateways.cards import SandboxCard
from kashcraft.payments.gateways.processor import Event
from kashcraft.payments.gateways.sandbox import NAME, gateway, processor
from kashcraft.payments.models import PaymentStatus
from kashcraft.payments.services import owing
from kashcraft.payments.services.exchange import receive

SETTLES_AFTER = timedelta(seconds=20)


def pay_in_sandbox(*, reference: str, card: SandboxCard) -> PaymentStatus:
    """Use a card on an intent, tell the shop, and return where the intent is now.

    Raises GatewayRefused for an unknown intent.
    """
    if card.first_status is PaymentStatus.PROCESSING:
        # Owed first: a shop that is lost right after the card was used still hears of the end.
        in_step(lambda: owing.settle_sandbox.enqueue_at(clock.now() + SETTLES_AFTER, reference=reference))
    return _told(reference, processor().pay(reference, card))


def confirm_in_sandbox(*, reference: str, approved: bool) -> PaymentStatus:
    """Answer the bank's question, tell the shop, and return where the intent is now."""
    return _told(reference, processor().confirm(reference, approved=approved))


def cancel_in_sandbox(*, reference: str) -> PaymentStatus:
    """Leave the payment page without paying, tell the shop, and return where the intent is now."""
    return _told(reference, processor().cancel(reference))


def settle_sandbox(*, reference: str) -> PaymentStatus:
    """End an intent that takes its time, tell the shop, and return where the intent is now."""
    return _told(reference, processor().settle(reference))


def _told(reference: str, event: Event | None) -> PaymentStatus:
    """Send the webhook of an event, through the check of its signature as any other.

    Without an event nothing happened just now; the shop was told, or will be by reconciling.
    """
    if event is not None:
        completed_work.note()
        receive(gateway=NAME, body=event.body, signature=gateway().sign(event.body))
    return processor().get(reference).status
