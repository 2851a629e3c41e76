"""Gateways to payment processors behind one small protocol. They never use the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kashcraft.core.ids import PaymentId
from kashcraft.core.settings import installation
from kashcraft.payments.models import PaymentStatus


class GatewayDown(Exception):
    """The processor cannot be reached; the same call may be repeated."""


class GatewayRefused(Exception):
    """The processor refuses the call; repeating it changes nothing."""


class NoGateway(LookupError):
    """The shop does not use a gateway of this name, or no longer does."""


class BadSignature(Exception):
    """A webhook is forged, altered, or too old."""


class UnreadableWebhook(Exception):
    """A webhook with a valid signature whose content cannot be read; repeating it changes nothing.

    ``event_id`` identifies it, so that it is stored once.
    """

    def __init__(self, event_id: str, reason: str) -> None:
        super().__init__(reason)
        self.event_id = event_id


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRequest:
    """A payment to be registered; ``key`` is the payment's id, so that repeated requests give one intent."""

    key: str
    amount: int
    currency: str
    description: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment as the processor knows it: its reference, and the URL of its payment page."""

    reference: str
    pay_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The status of a payment as the processor reports it; amounts are minor units."""

    payment_id: PaymentId
    reference: str
    status: PaymentStatus
    amount: int
    currency: str
    decline_code: str | None = None
    brand: str | None = None
    last4: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook with a valid signature."""

    event_id: str
    kind: str
    outcome: Outcome


class Gateway(Protocol):
    """The methods of a processor that the shop needs. Each raises GatewayDown if it cannot be reached."""

    name: str
    signature_header: str

    def create_intent(self, request: IntentRequest) -> Intent:
        """Register a payment, once per ``request.key``, and return its intent."""

    def fetch(self, reference: str) -> Outcome:
        """Return the status of a payment. Raises GatewayRefused for an unknown reference."""

    def cancel(self, reference: str) -> Outcome:
        """Cancel an undecided payment, so that it can no longer be paid, and return its status.

        A decided payment stays unchanged. Raises GatewayRefused for an unknown reference.
        """

    def refund(self, *, reference: str, amount: int, key: str) -> None:
        """Refund an amount, once per ``key``. Raises GatewayRefused if the payment does not hold as much."""

    def read_webhook(self, body: bytes, signature: str) -> Notice:
        """Return the content of a webhook. Raises BadSignature and UnreadableWebhook."""


def current_gateway_name() -> str:
    """Return the name of the gateway of new payments (``KASHCRAFT_PAYMENTS``)."""
    return str(installation().payments)


def get_gateway(name: str) -> Gateway:
    """Return the gateway with this name. Raises NoGateway if the shop does not use it."""
    if name != current_gateway_name() or name not in GATEWAYS:
        raise NoGateway(f"this shop takes no payments through {name}")
    return GATEWAYS[name]()


def _sandbox() -> Gateway:
    from kashcraft.payments.gateways import sandbox

    return sandbox.gateway()


# All gateways that ``kashcraft.config.GATEWAYS`` allows; each is imported at its first use.
GATEWAYS: dict[str, Callable[[], Gateway]] = {"sandbox": _sandbox}
