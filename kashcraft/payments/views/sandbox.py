"""The payment page of the sandbox processor; a real processor shows it on a site of its own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kashcraft.core import completed_work, fragments
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
    """Restrict what these pages may load, and forbid caching."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


@sandbox.get("/sandbox/pay/<reference>")
def pay(reference: str) -> ResponseReturnValue:
    """Show the card form or the bank's question; redirect to the shop if the payment is decided."""
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
    card = cards.find_card(card_digits(form.number.data or ""))
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
    """Return to the shop without paying."""
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
    return render_template(template, intent=intent, amount=amount, card_table=_card_table(), **context)


def _card_table() -> Markup:
    """Return the table of test cards, which is the same for all visitors."""
    name = "sandbox/_cards.html"
    template = current_app.jinja_env.get_template(name)
    return fragments.get_markup(name, lambda: template.render(cards=cards.CARDS))


def _back(intent: SandboxIntent) -> ResponseReturnValue:
    """Redirect to the bank's question if there is one, otherwise to the shop."""
    now = processor().get(intent.reference)
    has_question = now.status is PaymentStatus.REQUIRES_ACTION
    return redirect(url_for("sandbox.pay", reference=now.reference) if has_question else now.return_url, 303)
