"""Views to pay an order, to return from the processor, and to receive its webhooks."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.core import activity_log, completed_work, flash
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import go_to, wants_fragment
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import PaymentId
from kashcraft.core.security import accept_foreign_requests, takes_messages
from kashcraft.core.signing import read_signed, sign
from kashcraft.core.template_values import Values
from kashcraft.orders.models import Order
from kashcraft.orders.views import order_url, uncached, visible_order
from kashcraft.payments import gateways, queries, services
from kashcraft.payments.gateways import BadSignature, GatewayDown
from kashcraft.payments.models import Payment, PaymentStatus

bp = Blueprint("payments", __name__)

flash.register(
    {
        "payment_declined": _l("The payment did not go through. Nothing was charged."),
        "payment_unavailable": _l("Our payment partner cannot be reached. Please try again in a moment."),
        "order_not_payable": _l("This order does not wait for a payment."),
        "order_ended": _l("This order had ended before it was paid, so nothing was charged."),
        "payment_goes_back": _l("Your payment came after the order had ended. We refund all of it."),
    }
)


def return_url(payment_id: PaymentId, back_to: str = "order") -> str:
    """Return the URL where a customer waits for the outcome of a payment."""
    return url_for("payments.return_from_gateway", token=sign("payment", [str(payment_id), back_to]))


def order_page_values(values: Values) -> Values:
    """Return whether a bank is still deciding about an order's payment, for the order's page.

    One statement, none for an order that is not waiting for payment.
    """
    order: Order = values["order"]
    payment = queries.find_latest(order.id) if order.is_open else None
    under_way = payment is not None and payment.status is PaymentStatus.PROCESSING
    return {"payment_under_way": under_way}


@bp.post("/payments/orders/<number>")
def pay(number: str) -> ResponseReturnValue:
    """Pay a waiting order from its page."""
    order = visible_order(number)
    order_id, typed, page = order.id, order.number, order_url(order)
    completed_work.show_at(page)
    try:
        payment = in_step(lambda: services.open_payment(order_id=order_id, from_its_page=True))
        if payment is None:
            return go_to(page, notice="order_paid")
        if payment.status is PaymentStatus.PROCESSING:
            return go_to(return_url(payment.id))
        return go_to(services.begin(payment=payment, number=typed, back_to="order"))
    except DomainError as refusal:
        if refusal.code not in ("order_not_payable", "processor_unavailable"):
            raise
        unavailable = refusal.code == "processor_unavailable"
        return go_to(page, notice="payment_unavailable" if unavailable else refusal.code)


@bp.get("/payments/return/<token>")
def return_from_gateway(token: str) -> ResponseReturnValue:
    """Redirect a customer who returns from the processor, or show the waiting page."""
    payment, order, back_to = _returned(token)
    onward = _onward(payment, order, back_to)
    if onward is None and wants_fragment():
        return uncached("", 204)
    page = {"payment": payment, "order": order, "order_url": order_url(order), "token": token}
    return onward or uncached(render_template("payments/waiting.html", **page))


@bp.post("/payments/return/<token>")
def check(token: str) -> ResponseReturnValue:
    """Ask the processor for the outcome now, instead of waiting for its webhook."""
    payment, _, back_to = _returned(token)
    payment_id = payment.id
    try:
        services.refresh(payment_id=payment_id)
    except GatewayDown:
        return go_to(return_url(payment_id, back_to), notice="payment_unavailable")
    return go_to(return_url(payment_id, back_to))


@bp.post("/payments/webhooks/<gateway>")
@accept_foreign_requests
@takes_messages
def webhook(gateway: str) -> ResponseReturnValue:
    """Process a webhook once its signature is verified. Repeated webhooks get the same response."""
    try:
        header = gateways.get_gateway(gateway).signature_header
        with activity_log.acting_as(f"processor:{gateway}"):
            services.receive(
                gateway=gateway, body=request.get_data(), signature=request.headers.get(header, "")
            )
    except LookupError:
        abort(404)
    except BadSignature:
        abort(400)
    return "", 204


def _returned(token: str) -> tuple[Payment, Order, str]:
    signed = read_signed("payment", token)
    if signed is None:
        raise NotFound("no_payment")
    payment, order = queries.get_returned_payment(PaymentId(UUID(signed[0])))
    return payment, order, signed[1]


def _onward(payment: Payment, order: Order, back_to: str) -> Response | None:
    """Return the redirect for a decided payment, None for an undecided one."""
    if payment.status is PaymentStatus.SUCCEEDED:
        return go_to(order_url(order), notice="order_paid" if order.paid_at else "payment_goes_back")
    if payment.status not in (PaymentStatus.FAILED, PaymentStatus.CANCELLED):
        return None
    if order.is_open and back_to == "checkout":
        return go_to(url_for("checkout.start", _anchor="payment"))
    return go_to(order_url(order), notice="payment_declined" if order.is_open else "order_ended")
