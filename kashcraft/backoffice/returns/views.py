"""Returns: which ones wait, and what they are answered."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.orders.forms import AnswerForm
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ReturnId
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.orders import queries, services
from kashcraft.orders.models import ReturnRequest
from kashcraft.orders.presenters import RETURN_LABELS

LIST_SIZE = 30
NO_ANSWER = _l("We are sorry.")
DECISIONS = {"approve": services.approve_return, "refuse": services.refuse_return}


@bp.get("/returns")
@requires(Permission.RECEIVE_RETURNS)
def returns() -> ResponseReturnValue:
    """List the returns that wait for an answer, a parcel or a refund, the oldest first."""
    number = page_number(request.args.get("page"))
    listed, total = queries.list_waiting_returns(page=number, size=LIST_SIZE)
    page = ListPage(listed, number, LIST_SIZE, total, lambda other: url_for("backoffice.returns", page=other))
    return render_template("backoffice/returns/list.html", page=page, labels=RETURN_LABELS)


@bp.post("/returns/<uuid:return_id>/<any(approve, refuse):decision>")
@requires(Permission.ANSWER_RETURNS)
def answer_return(return_id: ReturnId, decision: str) -> ResponseReturnValue:
    """Allow units to be sent back, or refuse it, with words for the customer."""
    told = (AnswerForm.from_request().answer.data or "")[:500]
    answer = told or ("" if decision == "approve" else str(NO_ANSWER))
    actor_id = current_user.id
    verb = DECISIONS[decision]
    return _moved(
        return_id, lambda: verb(return_id=return_id, actor_id=actor_id, answer=answer), "return_answered"
    )


@bp.post("/returns/<uuid:return_id>/receive")
@requires(Permission.RECEIVE_RETURNS)
def receive_return(return_id: ReturnId) -> ResponseReturnValue:
    """Note that the units have arrived, and offer their refund."""
    actor_id = current_user.id
    return _moved(
        return_id,
        lambda: services.receive_return(return_id=return_id, actor_id=actor_id),
        "return_received",
    )


def _moved(return_id: ReturnId, work: Callable[[], ReturnRequest], notice: str) -> ResponseReturnValue:
    """Run the step and go to the order's page, whose refund form is filled with a return that is here."""
    order_id = queries.get_order_of_return(return_id)
    try:
        in_step(work)
    except DomainError as refusal:
        if refusal.code != "wrong_return_state":
            raise
        return go_to(url_for("backoffice.order", order_id=order_id), notice="return_elsewhere")
    if notice != "return_received":
        return go_to(url_for("backoffice.order", order_id=order_id), notice=notice)
    page = url_for("backoffice.order", order_id=order_id, received=return_id, _anchor="refund")
    return go_to(page, notice=notice)
