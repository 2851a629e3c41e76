"""One order: what happened to it, what it cost and why, refunds worked out first, cancelling, notes."""

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
from kashcraft.backoffice.orders.queries import WholeOrder
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
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
    """Work out a refund and show it; nothing happens yet."""
    found = queries.get_whole_order(order_id)
    form = RefundForm.of(found.order.lines, found.order.currency).from_request()
    plan = _planned(found, form)
    return _refund_answer(found, form, plan, 200 if plan else 422)


@bp.post("/orders/<uuid:order_id>/refund")
@requires(Permission.REFUND_ORDERS)
def refund(order_id: OrderId) -> ResponseReturnValue:
    """Make the refund that was shown, once however often the form is sent."""
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
    """Have the processor asked once more for a refund that it refused."""
    actor_id = current_user.id
    refund = in_step(lambda: payments.retry_refund(order_id=order_id, refund_id=refund_id, actor_id=actor_id))
    notice = "refund_retried" if refund is not None else "refund_elsewhere"
    return go_to(url_for("backoffice.order", order_id=order_id), notice=notice)


@bp.post("/orders/<uuid:order_id>/cancel")
@requires(Permission.REFUND_ORDERS)
def cancel_order(order_id: OrderId) -> ResponseReturnValue:
    """Call an order off; one that is paid is refunded in full."""
    page = url_for("backoffice.order", order_id=order_id)
    reason, actor_id = request.form.get("reason", "").strip()[:200], current_user.id
    try:
        in_step(lambda: services.cancel(order_id=order_id, actor_id=actor_id, reason=reason))
    except DomainError as refusal:
        if refusal.code not in ("wrong_status", "gift_card_used"):
            raise
        return go_to(page, notice="order_elsewhere" if refusal.code == "wrong_status" else "order_card_used")
    return go_to(page, notice="office_cancelled")


@bp.post("/orders/<uuid:order_id>/notes")
@requires(Permission.ANNOTATE_ORDERS)
def note_order(order_id: OrderId) -> ResponseReturnValue:
    """Keep a note about an order, for other staff."""
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
    """Return the refund that the form asks for, or None where it cannot be, with the reason in the form."""
    if found.account is None or not form.validate():
        return None
    try:
        return rules.plan_refund(found.account, form.refund_request)
    except DomainError as refusal:
        form.form_errors.append(refusal_text(refusal, found.order.currency, formats()))
        return None


def _fresh_form(found: WholeOrder) -> RefundForm:
    """Return an empty refund form, or one filled with the units of the return that the address names.

    Units that have not left are put back into stock, unless somebody says otherwise.
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
    """Return what the part of the page with the refund takes."""
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
    order = found.order
    context = {
        **_refund_parts(found, form, plan),
        "words": presenters.status_text(order.status),
        "lines": presenters.shown_lines(order, order.lines, formats()),
        "total_rows": presenters.totals(order, formats(), order.refunds),
        "trace": presenters.full_trace(order, formats()),
        "history": history(order.events, found.actors, order.currency, formats()),
        "refunds": refund_rows(order.refunds, order.events, order.currency),
        "returns": found.returns,
        "return_labels": presenters.RETURN_LABELS,
        "reasons": presenters.RETURN_REASONS,
        "answer": AnswerForm(),
        "note": note or NoteForm(),
        "shipping_lines": address_lines(Address.from_dict(order.shipping_address)),
        "can_refund": found.account is not None and not found.account.is_settled,
        "can_cancel": order.status in rules.CANCELLABLE,
    }
    return make_response(render_template("backoffice/orders/order.html", **context), status)
