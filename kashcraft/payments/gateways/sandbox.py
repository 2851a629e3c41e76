"""The shop's gateway to the sandbox processor: its calls, and the signatures of its webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

from kashcraft.core import clock
from kashcraft.core.errors import reason_of
from kashcraft.core.ids import PaymentId
from kashcraft.core.settings import installation
from kashcraft.payments.gateways import (
    BadSignature,
    Intent,
    IntentRequest,
    NoGateway,
    Notice,
    Outcome,
    UnreadableWebhook,
    current_gateway_name,
)
from kashcraft.payments.gateways.processor import Processor
from kashcraft.payments.models import PaymentStatus

NAME = "sandbox"
HEADER = "X-Sandbox-Signature"
TOLERANCE = 300


def processor() -> Processor:
    """Return the sandbox processor of this shop. Raises NoGateway if the shop does not use it."""
    if current_gateway_name() != NAME:
        raise NoGateway("this shop takes no test payments")
    return Processor(installation().instance_path / "sandbox_processor.db")


def gateway() -> SandboxGateway:
    """Return the gateway to the sandbox processor of this shop."""
    return SandboxGateway(processor(), installation().sandbox_webhook_secret)


def signature_of(body: bytes, secret: str, moment: int) -> str:
    """Return the signature of a webhook that was sent at ``moment`` (seconds since 1970)."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


class SandboxGateway:
    """The gateway of the sandbox; it implements ``gateways.Gateway``."""

    name = NAME
    signature_header = HEADER

    def __init__(self, processor: Processor, secret: str) -> None:
        self._processor = processor
        self._secret = secret

    def create_intent(self, request: IntentRequest) -> Intent:
        """Register a payment, once per key."""
        intent = self._processor.create(request)
        return Intent(intent.reference, f"/sandbox/pay/{intent.reference}")

    def fetch(self, reference: str) -> Outcome:
        """Return the status of a payment. Raises GatewayRefused for an unknown reference."""
        return _outcome(self._processor.get(reference).payload)

    def cancel(self, reference: str) -> Outcome:
        """Cancel an undecided payment, and return its status."""
        self._processor.cancel(reference)
        return self.fetch(reference)

    def refund(self, *, reference: str, amount: int, key: str) -> None:
        """Refund an amount, once per key. Raises GatewayRefused if the payment does not hold as much."""
        self._processor.refund(reference=reference, amount=amount, key=key)

    def sign(self, body: bytes) -> str:
        """Return the signature of a webhook that is sent now."""
        return signature_of(body, self._secret, int(clock.now().timestamp()))

    def read_webhook(self, body: bytes, signature: str) -> Notice:
        """Return the content of a webhook.

        Raises BadSignature for a wrong signature or one older than 300 seconds, and UnreadableWebhook.
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
    """Return the content of a webhook's body, with its values checked. Raises UnreadableWebhook."""
    event_id = f"sha256:{hashlib.sha256(body).hexdigest()}"
    try:
        content = json.loads(body)
        event_id = _text(content["id"], 120)
        return Notice(event_id, _text(content["type"], 60), _outcome(content["data"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableWebhook(event_id, reason_of(error)) from error


def _outcome(payload: dict[str, Any]) -> Outcome:
    """Return the status of a payment from a webhook's data.

    Raises ValueError, KeyError or TypeError for invalid values that matter. Invalid values that are only
    shown to people are left out.
    """
    amount = payload["amount"]
    if type(amount) is not int or not 0 < amount < 2**63:
        raise ValueError("amount")
    return Outcome(
        payment_id=PaymentId(UUID(_text(payload["key"], 36))),
        reference=_text(payload["reference"], 120),
        status=PaymentStatus(payload["status"]),
        amount=amount,
        currency=_text(payload["currency"], 3),
        decline_code=_optional_text(payload, "decline_code", 60),
        brand=_optional_text(payload, "brand", 24),
        last4=_last_digits(payload),
    )


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
        raise ValueError(f"a text of 1 to {most} characters is expected")
    return value


def _optional_text(payload: dict[str, Any], name: str, most: int) -> str | None:
    """Return a text that is only shown to people, cleaned and cut, or None for other values."""
    value = payload.get(name)
    if not isinstance(value, str):
        return None
    return "".join(filter(str.isprintable, value[: 4 * most])).strip()[:most].rstrip() or None


def _last_digits(payload: dict[str, Any]) -> str | None:
    """Return the last digits of the card, or None for other values."""
    digits = _optional_text(payload, "last4", 5)
    return digits if digits and len(digits) <= 4 else None
