"""Payment processors behind one small protocol. A gateway talks to the outside and never to the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kashcraft.core.ids import PaymentId
from kashcraft.core.settings import settings
from kashcraft.payments.models import PaymentStatus


class GatewayDown(Exception):
    """The processor cannot be reached; the same call may be made again."""


class GatewayRefused(Exception):
    """The processor understood and said no; asking again changes nothing."""


class NoGateway(LookupError):
    """The shop takes no payments through a gateway of this name, or does so no longer."""


class BadSignature(Exception):
    """A webhook is forged, altered, or too old."""


class Unreadable(Exception):
    """A webhook whose signature is right and whose content is not understood; asking again changes nothing.

    ``event_id`` names it, so that it is kept once.
    """

    def __init__(self, event_id: str, reason: str) -> None:
        super().__init__(reason)
        self.event_id = event_id


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRequest:
    """What is to be paid; ``key`` is the payment's id, and makes repeated requests the same intent."""

    key: str
    amount: int
    currency: str
    description: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment as the processor knows it: its reference, and the page where people pay."""

    reference: str
    pay_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where a payment is, as the processor says; amounts are minor units."""

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
    """A webhook whose signature was right."""

    event_id: str
    kind: str
    outcome: Outcome


class Gateway(Protocol):
    """What the shop needs of a processor. Every method raises GatewayDown where it cannot be reached."""

    name: str
    signature_header: str

    def create_intent(self, request: IntentRequest) -> Intent:
        """Announce a payment, once per ``request.key``, and return where to pay it."""

    def fetch(self, reference: str) -> Outcome:
        """Return where a payment is. Raises GatewayRefused for an unknown reference."""

    def cancel(self, reference: str) -> Outcome:
        """Give a payment up on which nothing was decided, so that nobody can make it any more, and return
        where it is; one that was decided stays as it is. Raises GatewayRefused for an unknown reference.
        """

    def refund(self, *, reference: str, amount: int, key: str) -> None:
        """Give money back, once per ``key``. Raises GatewayRefused where there is not as much."""

    def read_webhook(self, body: bytes, signature: str) -> Notice:
        """Return what a webhook says. Raises BadSignature, and Unreadable."""


def in_use() -> str:
    """Return the name of the gateway that new payments go through (``KASHCRAFT_PAYMENTS``)."""
    return str(settings().payments)


def named(name: str) -> Gateway:
    """Return the gateway called ``name``. Raises NoGateway where the shop is not set up with it."""
    if name != in_use() or name not in GATEWAYS:
        raise NoGateway(f"this shop takes no payments through {name}")
    return GATEWAYS[name]()


def _sandbox() -> Gateway:
    from kashcraft.payments.gateways import sandbox

    return sandbox.gateway()


# Every gateway that ``kashcraft.config.GATEWAYS`` allows, loaded when it is used.
GATEWAYS: dict[str, Callable[[], Gateway]] = {"sandbox": _sandbox}
