"""The payment page of the sandbox processor: what a payment company would show under its own address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.core import completed_work
from kashcraft.core.errors import NotFound
from kashcraft.core.money import Money
from kashcraft.payments import services
from kashcraft.payments.forms import CardForm
from kashcraft.payments.gateways import GatewayRefused, cards
from kashcraft.payments.gateways.processor import SandboxIntent
from kashcraft.payments.gateways.sandbox import processor
from kashcraft.payments.models import PaymentStatus
from kashcraft.payments.rules import card_digits

sandbox = Blueprint("sandbox", __name__)

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@sandbox.after_request
def guard(response: Response) -> Response:
    """Let these pages load only what they need, and let nobody keep them."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


@sandbox.get("/sandbox/pay/<reference>")
def pay(reference: str) -> ResponseReturnValue:
    """Show the card form, the bank's question, or the way back when the payment was decided before."""
    intent = _intent(reference)
    if intent.status is PaymentStatus.REQUIRES_ACTION:
        return _page("sandbox/confirm.html", intent)
    if intent.status is not PaymentStatus.CREATED:
        return redirect(intent.return_url, 303)
    return _page("sandbox/pay.html", intent, form=CardForm())


@sandbox.post("/sandbox/pay/<reference>")
def charge(reference: str) -> ResponseReturnValue:
    """Use the card."""
    intent = _intent(reference)
    form = CardForm.from_request()
    if not form.validate():
        return _page("sandbox/pay.html", intent, form=form), 422
    card = cards.find(card_digits(form.number.data or ""))
    assert card is not None
    services.pay_in_sandbox(reference=reference, card=card)
    return _back(intent)


@sandbox.post("/sandbox/pay/<reference>/confirm")
def confirm(reference: str) -> ResponseReturnValue:
    """Answer the bank's question."""
    intent = _intent(reference)
    services.confirm_in_sandbox(reference=reference, approved=request.form.get("answer") == "yes")
    return _back(intent)


@sandbox.post("/sandbox/pay/<reference>/cancel")
def cancel(reference: str) -> ResponseReturnValue:
    """Go back without paying."""
    intent = _intent(reference)
    services.cancel_in_sandbox(reference=reference)
    return _back(intent)


def _intent(reference: str) -> SandboxIntent:
    try:
        intent = processor().get(reference)
    except GatewayRefused as refusal:
        raise NotFound("no_intent") from refusal
    completed_work.show_at(intent.return_url)
    return intent


def _page(template: str, intent: SandboxIntent, **context: Any) -> str:
    amount = Money(intent.amount, intent.currency)
    return render_template(template, intent=intent, amount=amount, cards=cards.CARDS, **context)


def _back(intent: SandboxIntent) -> ResponseReturnValue:
    """Send the browser on: to the bank's question where there is one, else back to the shop."""
    now = processor().get(intent.reference)
    asked = now.status is PaymentStatus.REQUIRES_ACTION
    return redirect(url_for("sandbox.pay", reference=now.reference) if asked else now.return_url, 303)
