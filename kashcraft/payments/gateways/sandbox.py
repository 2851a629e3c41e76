"""The shop's side of the sandbox processor: its calls, and the signature of its webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

from kashcraft.core import clock
from kashcraft.core.errors import reason_of
from kashcraft.core.ids import PaymentId
from kashcraft.core.settings import settings
from kashcraft.payments.gateways import (
    BadSignature,
    Intent,
    IntentRequest,
    NoGateway,
    Notice,
    Outcome,
    Unreadable,
    in_use,
)
from kashcraft.payments.gateways.processor import Processor
from kashcraft.payments.models import PaymentStatus

NAME = "sandbox"
HEADER = "X-Sandbox-Signature"
TOLERANCE = 300


def processor() -> Processor:
    """Return the sandbox processor of this shop. Raises NoGateway where the shop does not use it."""
    if in_use() != NAME:
        raise NoGateway("this shop takes no test payments")
    return Processor(settings().instance_path / "sandbox_processor.db")


def gateway() -> SandboxGateway:
    """Return the gateway to the sandbox processor of this shop."""
    return SandboxGateway(processor(), settings().sandbox_webhook_secret)


def signature_of(body: bytes, secret: str, moment: int) -> str:
    """Return the signature that a webhook sent at ``moment`` (seconds since 1970) carries."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


class SandboxGateway:
    """Follows ``gateways.Gateway``."""

    name = NAME
    signature_header = HEADER

    def __init__(self, processor: Processor, secret: str) -> None:
        self._processor = processor
        self._secret = secret

    def create_intent(self, request: IntentRequest) -> Intent:
        """Announce a payment, once per key."""
        intent = self._processor.create(request)
        return Intent(intent.reference, f"/sandbox/pay/{intent.reference}")

    def fetch(self, reference: str) -> Outcome:
        """Return where a payment is. Raises GatewayRefused for an unknown reference."""
        return _outcome(self._processor.get(reference).facts)

    def cancel(self, reference: str) -> Outcome:
        """Give a payment up where nothing was decided, and return where it is."""
        self._processor.cancel(reference)
        return self.fetch(reference)

    def refund(self, *, reference: str, amount: int, key: str) -> None:
        """Give money back, once per key. Raises GatewayRefused where there is not as much."""
        self._processor.refund(reference=reference, amount=amount, key=key)

    def sign(self, body: bytes) -> str:
        """Return the signature of a webhook sent now."""
        return signature_of(body, self._secret, int(clock.now().timestamp()))

    def read_webhook(self, body: bytes, signature: str) -> Notice:
        """Return what a webhook says. Raises BadSignature for a wrong one, or one over 300 s old, and
        Unreadable.
        """
        parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
        moment = parts.get("t", "")
        if not (moment.isascii() and moment.isdigit() and len(moment) < 12):
            raise BadSignature("no time")
        expected = signature_of(body, self._secret, int(moment))
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise BadSignature("not ours")
        if abs(int(clock.now().timestamp()) - int(moment)) > TOLERANCE:
            raise BadSignature("too old")
        return _notice(body)


def _notice(body: bytes) -> Notice:
    """Return what a body says, each value that decides of its kind and length. Raises Unreadable."""
    event_id = f"sha256:{hashlib.sha256(body).hexdigest()}"
    try:
        told = json.loads(body)
        event_id = _text(told["id"], 120)
        return Notice(event_id, _text(told["type"], 60), _outcome(told["data"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(event_id, reason_of(error)) from error


def _outcome(facts: dict[str, Any]) -> Outcome:
    """Return where a payment is. Raises ValueError, KeyError or TypeError for what no payment has, in what
    decides; what is only shown to people is left out where it makes no sense.
    """
    amount = facts["amount"]
    if type(amount) is not int or not 0 < amount < 2**63:
        raise ValueError("amount")
    return Outcome(
        payment_id=PaymentId(UUID(_text(facts["key"], 36))),
        reference=_text(facts["reference"], 120),
        status=PaymentStatus(facts["status"]),
        amount=amount,
        currency=_text(facts["currency"], 3),
        decline_code=_said(facts, "decline_code", 60),
        brand=_said(facts, "brand", 24),
        last4=_last_digits(facts),
    )


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
        raise ValueError(f"a text of 1 to {most} characters is expected")
    return value


def _said(facts: dict[str, Any], name: str, most: int) -> str | None:
    """Return a text on which nothing depends, cleaned and cut, or None for anything else."""
    value = facts.get(name)
    if not isinstance(value, str):
        return None
    return "".join(filter(str.isprintable, value[: 4 * most])).strip()[:most].rstrip() or None


def _last_digits(facts: dict[str, Any]) -> str | None:
    """Return the digits by which people know the card, or None for what cannot be those."""
    digits = _said(facts, "last4", 5)
    return digits if digits and len(digits) <= 4 else None
