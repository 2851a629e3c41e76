"""Views of orders: page, invoice, search, cancellation, longer hold, returns, and a customer's own list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from kashcraft.accounts.rules import Address
from kashcraft.accounts.rules import lines as address_lines
from kashcraft.core import clock, flash
from kashcraft.core.db import in_step
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import OrderId, OrderLineId, new_token
from kashcraft.core.money import Money
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.core.rate_limits import counts_only, form_again
from kashcraft.core.security import local_path, visitor_network
from kashcraft.core.settings import formats, settings
from kashcraft.core.signing import read_signed, sign
from kashcraft.extensions import limiter
from kashcraft.orders import presenters, queries, rules, services
from kashcraft.orders.forms import FindOrderForm, ReturnForm
from kashcraft.orders.models import Order

bp = Blueprint("orders", __name__)

LINK_VERSION = 1
LIST_SIZE = 20

flash.register(
    {
        "order_paid": _l("Thank you. Your payment has arrived, and a confirmation is on its way to you."),
        "order_cancelled": _l("Your order is cancelled."),
        "order_held": _l("Your items are held longer."),
        "hold_extended": _l("Your items were held longer before, and that is possible once."),
        "hold_ended": _l("This order does not hold items any more."),
        "order_too_late": _l("This order can no longer be cancelled here. Please write to us."),
        "order_card_used": _l("A gift card of this order has been used. Please write to us to cancel it."),
        "return_asked": _l("We have your return request. We answer within two working days."),
        "return_too_late": _l("These items can no longer be returned here. Please write to us."),
    }
)


def order_key(order_id: OrderId) -> str:
    """Return the signed key that opens an order's page without an account."""
    return sign("order", [str(order_id), LINK_VERSION])


def opened_by_key() -> OrderId | None:
    """Return the id of the order that the request's key opens, or None."""
    signed = read_signed("order", request.values.get("key", ""))
    return OrderId(UUID(signed[0])) if signed and signed[1] == LINK_VERSION else None


def order_url(order: Order, **values: Any) -> str:
    """Return the URL of an order's page for the current visitor, with a key for guests."""
    owner = current_user.is_authenticated and current_user.id == order.user_id
    return url_for("orders.show", number=order.number, key=None if owner else order_key(order.id), **values)


def wrong_answer_key() -> str:
    """Return the key under which wrong answers are counted: one e-mail address from one network."""
    return f"{visitor_network()} {normalized_address(request.form.get('email', '')[:254])}"


def is_refused(response: Response) -> bool:
    """Return whether the response refuses the form; only such responses count towards the limit."""
    return response.status_code == 422


def visible_order(number: str) -> Order:
    """Return the order for its owner or with its key. Raises NotFound for everybody else."""
    user_id = current_user.id if current_user.is_authenticated else None
    return queries.get_visible_order(number=number, user_id=user_id, opened_id=opened_by_key())


def uncached(body: str, status: int = 200) -> Response:
    """Return a response that no cache may store, because its URL or its content is private."""
    response = make_response(body, status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/orders/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show the page of an order."""
    order = visible_order(number)
    return uncached(render_template("orders/show.html", **_shown(order)))


@bp.get("/orders/<number>/invoice")
def invoice(number: str) -> ResponseReturnValue:
    """Show the printable invoice of a paid order. Raises NotFound for an unpaid one."""
    order = visible_order(number)
    if order.invoice_number is None:
        raise NotFound("no_invoice")
    prefix = settings().invoice_prefix
    shown = presenters.invoice(order, order.lines, prefix, formats())
    return uncached(render_template("orders/invoice.html", **_shown(order), invoice=shown))


@bp.post("/orders/<number>/cancel")
def cancel(number: str) -> ResponseReturnValue:
    """Cancel an order as its customer."""
    order = visible_order(number)
    order_id, url, actor_id = order.id, order_url(order), getattr(current_user, "id", None)
    try:
        in_step(
            lambda: services.cancel(
                order_id=order_id, actor_id=actor_id, reason=_("You cancelled the order.")
            )
        )
    except DomainError as refusal:
        notice = {"wrong_status": "order_too_late", "gift_card_used": "order_card_used"}.get(refusal.code)
        if notice is None:
            raise
        return go_to(url, notice=notice)
    return go_to(url, notice="order_cancelled")


@bp.post("/orders/<number>/hold")
def extend(number: str) -> ResponseReturnValue:
    """Extend the hold of an unpaid order, once."""
    order = visible_order(number)
    order_id, url, actor_id = order.id, order_url(order), getattr(current_user, "id", None)
    target = local_path(request.form.get("next")) or url
    try:
        in_step(lambda: services.extend_hold(order_id=order_id, actor_id=actor_id))
    except DomainError as refusal:
        if refusal.code == "hold_extended":
            return go_to(target, notice="hold_extended")
        if refusal.code not in ("hold_ended", "wrong_status"):
            raise
        return go_to(url, notice="hold_ended")
    return go_to(target, notice="order_held")


@bp.get("/orders/<number>/return")
def return_form(number: str) -> ResponseReturnValue:
    """Show the form to return units of an order."""
    order = visible_order(number)
    returns = _returnable(order)
    form = ReturnForm.of(order.lines, returns)(data={"once": new_token()})
    return _return_page(order, form)


@bp.post("/orders/<number>/return")
def request_return(number: str) -> ResponseReturnValue:
    """Request a return of units of an order."""
    order = visible_order(number)
    form = ReturnForm.of(order.lines, _returnable(order)).from_request()
    if not form.validate():
        return _return_page(order, form, status=422)
    url = order_url(order)
    try:
        _request_return(order.id, form)
    except DomainError as refusal:
        if refusal.code not in ("return_too_late", "return_units"):
            raise
        return go_to(url, notice="return_too_late")
    return go_to(url, notice="return_asked")


@bp.route("/orders/find", methods=["GET", "POST"])
@counts_only(is_refused)
@limiter.limit(
    "10 per 15 minutes", methods=["POST"], key_func=wrong_answer_key,
    on_breach=form_again(FindOrderForm, "orders/find.html"),
)  # fmt: skip
@limiter.limit(
    "100 per 15 minutes", methods=["POST"],
    on_breach=form_again(FindOrderForm, "orders/find.html"),
)  # fmt: skip
def find() -> ResponseReturnValue:
    """Open an order by its number and e-mail address, without disclosing which of them was wrong."""
    form = FindOrderForm.from_request() if request.method == "POST" else FindOrderForm()
    if request.method != "POST":
        return render_template("orders/find.html", form=form)
    order = None
    if form.validate():
        order = queries.find_order(number=form.number.data or "", email=form.email.data or "")
        if order is None:
            form.form_errors.append(_("We find no order with this number and e-mail address."))
    if order is None:
        return render_template("orders/find.html", form=form), 422
    return go_to(url_for("orders.show", number=order.number, key=order_key(order.id)))


@bp.get("/account/orders")
@login_required
def mine() -> ResponseReturnValue:
    """List the orders of the signed-in customer."""
    number = page_number(request.args.get("page"))
    listed, total = queries.list_orders_of(user_id=current_user.id, page=number, size=LIST_SIZE)
    page = ListPage(listed, number, LIST_SIZE, total, lambda other: url_for("orders.mine", page=other))
    if number > page.pages:
        raise NotFound("no_page")
    return render_template("orders/mine.html", page=page, order_status_text=presenters.order_status_text)


def _returnable(order: Order) -> dict[OrderLineId, int]:
    """Return the units by line that can be returned now. Raises NotFound where there are none."""
    if not rules.may_return(order, clock.now(), settings().return_time):
        raise NotFound("no_return")
    return rules.returnable(order.lines, queries.list_returns(order.id))


def _request_return(order_id: OrderId, form: ReturnForm) -> None:
    lines, note, key = form.chosen, form.note.data or "", f"{order_id.hex}:{form.once.data}"[:80]
    actor_id = getattr(current_user, "id", None)
    in_step(
        lambda: services.request_return(order_id=order_id, lines=lines, note=note, actor_id=actor_id, key=key)
    )


def _return_page(order: Order, form: ReturnForm, status: int = 200) -> ResponseReturnValue:
    until = rules.returnable_until(order, settings().return_time)
    page = {"form": form, "until": until or clock.now()}
    return uncached(render_template("orders/return.html", **_shown(order), **page), status)


def _shown(order: Order) -> dict[str, object]:
    now = clock.now()
    returns = queries.list_returns(order.id) if order.shipped_at else []
    gifts = presenters.shown_gifts(order, order.lines, queries.list_card_states(order.lines), formats())
    owner = current_user.is_authenticated and current_user.id == order.user_id
    return {
        "order": order,
        "key": None if owner else order_key(order.id),
        "status": presenters.order_status_text(order.status, order.refund_status, by_email=order.by_email),
        "gifts": gifts,
        "thanks": order.paid_at is not None and request.args.get("notice") == "order_paid",
        "next_steps": presenters.next_steps(order, gifts, formats()),
        "lines": presenters.shown_lines(order, order.lines, formats()),
        "timeline_steps": presenters.timeline(
            order, order.events, order.refunds, returns, presenters.gift_steps(gifts), formats=formats()
        ),
        "can_return": rules.may_return(order, now, settings().return_time)
        and bool(rules.returnable(order.lines, returns)),
        "total_rows": presenters.totals(order, formats(), order.refunds),
        "reasons": presenters.reasons(order, formats()),
        "method": presenters.paid_with(order.events),
        "amount_due": Money(order.amount_due, order.currency),
        "expected": presenters.expected_days(order, formats()),
        "longer": settings().payment_hold_minutes,
        "shipping_lines": address_lines(Address.from_dict(order.shipping_address)),
        "billing_lines": address_lines(Address.from_dict(order.billing_address)),
        "can_cancel": order.status in rules.CANCELLABLE
        and not rules.is_refunded_before_shipping(order.status, order.refund_status),
        "shop_address": settings().shop_address,
    }
