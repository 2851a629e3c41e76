"""The page of an order: refunds, which are calculated before they are made, cancellation, notes."""

from __future__ import annotations

from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts.rules import Address
from kashcraft.accounts.rules import lines as address_lines
from kashcraft.backoffice.orders import queries
from kashcraft.backoffice.orders.forms import AnswerForm, NoteForm, RefundForm
from kashcraft.backoffice.orders.presenters.order import (
    REFUSALS,
    history,
    plan_rows,
    points_moved,
    refund_rows,
    refusal_text,
)
from kashcraft.backoffice.orders.presenters.page import DATES, dates, items_table, next_step, refunds_table
from kashcraft.backoffice.orders.queries import WholeOrder
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import run
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import fragment, go_to, wants_fragment
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import OrderId, RefundId, new_token
from kashcraft.core.money import Money
from kashcraft.core.settings import formats
from kashcraft.loyalty import queries as members
from kashcraft.orders import presenters, rules, services
from kashcraft.orders.models import ReturnRequest, ReturnState
from kashcraft.orders.rules import RefundPlan
from kashcraft.orders.views import order_key
from kashcraft.payments import services as payments


@bp.get("/orders/<uuid:order_id>")
@requires(Permission.VIEW_ORDERS)
def order(order_id: OrderId) -> ResponseReturnValue:
    """Show everything about an order."""
    found = queries.get_whole_order(order_id)
    return _page(found, _fresh_form(found))


@bp.post("/orders/<uuid:order_id>/refund/preview")
@requires(Permission.REFUND_ORDERS)
def preview_refund(order_id: OrderId) -> ResponseReturnValue:
    """Calculate a refund and show it, without making it."""
    found = queries.get_whole_order(order_id)
    form = RefundForm.of(found.order.lines, found.order.currency).from_request()
    plan = _planned(found, form)
    return _refund_answer(found, form, plan, 200 if plan else 422)


@bp.post("/orders/<uuid:order_id>/refund")
@requires(Permission.REFUND_ORDERS)
def refund(order_id: OrderId) -> ResponseReturnValue:
    """Make the calculated refund, once however often the form is sent."""
    found = queries.get_whole_order(order_id)
    form = RefundForm.of(found.order.lines, found.order.currency).from_request()
    if not form.validate() or form.agreed.data is None:
        return _refund_answer(found, form, _planned(found, form), 422)
    try:
        _make(found, form)
    except DomainError as refusal:
        if refusal.code not in REFUSALS:
            raise
        found = queries.get_whole_order(order_id)
        plan = _planned(found, form)
        form.form_errors = [refusal_text(refusal, found.order.currency, formats())]
        return _refund_answer(found, form, plan, 422)
    return go_to(url_for("backoffice.order", order_id=order_id), notice="refund_made")


@bp.post("/orders/<uuid:order_id>/refunds/<uuid:refund_id>/retry")
@requires(Permission.REFUND_ORDERS)
def retry_refund(order_id: OrderId, refund_id: RefundId) -> ResponseReturnValue:
    """Try a refund again that the payment provider refused."""
    actor_id = current_user.id
    refund = in_step(lambda: payments.retry_refund(order_id=order_id, refund_id=refund_id, actor_id=actor_id))
    notice = "refund_retried" if refund is not None else "refund_elsewhere"
    return go_to(url_for("backoffice.order", order_id=order_id), notice=notice)


@bp.post("/orders/<uuid:order_id>/cancel")
@requires(Permission.REFUND_ORDERS)
def cancel_order(order_id: OrderId) -> ResponseReturnValue:
    """Cancel an order; a paid order is refunded in full."""
    page = url_for("backoffice.order", order_id=order_id)
    reason, actor_id = request.form.get("reason", "").strip()[:200], current_user.id
    return run(
        lambda: services.cancel(order_id=order_id, actor_id=actor_id, reason=reason),
        page,
        done="office_cancelled",
        refused={"wrong_status": "order_elsewhere", "gift_card_used": "order_card_used"},
    )


@bp.post("/orders/<uuid:order_id>/notes")
@requires(Permission.ANNOTATE_ORDERS)
def note_order(order_id: OrderId) -> ResponseReturnValue:
    """Save a note about an order, for other staff."""
    form = NoteForm.from_request()
    if not form.validate():
        found = queries.get_whole_order(order_id)
        return _page(found, _fresh_form(found), note=form, status=422)
    text, actor_id = form.note.data or "", current_user.id
    in_step(lambda: services.add_note(order_id=order_id, text=text, actor_id=actor_id))
    return go_to(url_for("backoffice.order", order_id=order_id), notice="note_kept")


def _make(found: WholeOrder, form: RefundForm) -> None:
    refund_request, order_id, actor_id = form.refund_request, found.order.id, current_user.id
    key, reason, restock = f"staff:{order_id.hex}:{form.key.data}", form.reason.data or "", form.restock.data
    agreed, return_id = form.agreed.data, form.return_request
    in_step(
        lambda: services.refund(
            order_id=order_id,
            lines=refund_request.units,
            amount=refund_request.amount,
            shipping=refund_request.shipping,
            restock=restock,
            reason=reason,
            actor_id=actor_id,
            key=key,
            expected=agreed,
            return_id=return_id,
        )
    )


def _planned(found: WholeOrder, form: RefundForm) -> RefundPlan | None:
    """Return the refund that the form requests, or None where it is refused, with the reason in the form."""
    if found.account is None or not form.validate():
        return None
    try:
        return rules.plan_refund(found.account, form.refund_request)
    except DomainError as refusal:
        form.form_errors.append(refusal_text(refusal, found.order.currency, formats()))
        return None


def _fresh_form(found: WholeOrder) -> RefundForm:
    """Return an empty refund form, or one with the units of the return that the address names.

    Units that were not shipped are put back into stock, unless staff decide otherwise.
    """
    known = {str(one.id): one for one in found.returns if one.state is ReturnState.RECEIVED}
    returned = known.get(request.args.get("received", ""))
    kind = RefundForm.of(found.order.lines, found.order.currency)
    usual = {"key": new_token(), "restock": found.order.shipped_at is None}
    return kind(data={**usual, **(_of_return(returned) if returned else {})})


def _of_return(returned: ReturnRequest) -> dict[str, object]:
    units = {f"units_{part.order_line_id.hex}": part.quantity for part in returned.lines}
    return {**units, "restock": True, "return_id": str(returned.id), "reason": _("Your return has arrived.")}


def _refund_answer(
    found: WholeOrder, form: RefundForm, plan: RefundPlan | None, status: int
) -> ResponseReturnValue:
    if wants_fragment():
        return fragment("backoffice/orders/_refund.html", status=status, **_refund_parts(found, form, plan))
    return _page(found, form, plan=plan, status=status)


def _refund_parts(found: WholeOrder, form: RefundForm, plan: RefundPlan | None) -> dict[str, Any]:
    """Return the values of the template of the refund form."""
    order, account = found.order, found.account
    parts: dict[str, Any] = {"order": order, "form": form, "plan": plan, "names": found.names}
    if account is not None:
        parts["left"] = Money(account.left, order.currency)
        parts["shipping_left"] = Money(account.shipping_left, order.currency)
    if plan is not None:
        parts["plan_rows"] = plan_rows(plan, found.names, order.currency, formats())
        parts["plan_total"] = Money(plan.amount, order.currency)
        parts["points"] = points_moved(plan, found.earned)
        if order.reward_id and plan.after.is_settled:
            parts["reward"] = members.find_reward_of_order(order.id, sent=order.shipped_at is not None)
    return parts


def _page(
    found: WholeOrder,
    form: RefundForm,
    *,
    plan: RefundPlan | None = None,
    note: NoteForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    context = {
        **_refund_parts(found, form, plan),
        **_main_parts(found),
        **_side_parts(found),
        "refund_is_open": bool(plan or form.errors or form.return_id.data),
        "note": note or NoteForm(),
    }
    return make_response(render_template("backoffice/orders/order.html", **context), status)


def _main_parts(found: WholeOrder) -> dict[str, object]:
    """Return the values of the first column: items, money, refunds, returns and history."""
    order, refunds = found.order, refund_rows(found.order.refunds, found.order.events, found.order.currency)
    lines = presenters.shown_lines(order, order.lines, formats())
    return {
        "items": items_table(lines, formats(), lambda slug: url_for("storefront.product", slug=slug)),
        "total_rows": presenters.totals(order, formats(), order.refunds),
        "trace": presenters.full_trace(order, formats()),
        "history": history(order.events, found.actors, order.currency, formats()),
        "refunds": refunds_table(refunds, formats()) if refunds else None,
        "returns": found.returns,
        "return_labels": presenters.RETURN_LABELS,
        "reasons": presenters.RETURN_REASONS,
        "answer": AnswerForm(),
        "answered": request.args.get("answer", ""),
        "can_refund": found.account is not None and not found.account.is_settled,
        "can_cancel": order.status in rules.CANCELLABLE,
    }


def _side_parts(found: WholeOrder) -> dict[str, object]:
    """Return the values of the second column: status, next step, customer, addresses, delivery and dates."""
    order = found.order
    shipping, billing = (
        address_lines(Address.from_dict(one)) for one in (order.shipping_address, order.billing_address)
    )
    return {
        "status": presenters.order_status_text(order.status, order.refund_status, by_email=order.by_email),
        "next_step": next_step(order.status, order.refund_status, by_email=order.by_email),
        "shipping_lines": shipping,
        "billing_lines": billing if billing != shipping else [],
        "expected": presenters.expected_days(order, formats()),
        "dates": dates({name: getattr(order, f"{name}_at") for name in DATES}),
        "key": order_key(order.id),
    }
