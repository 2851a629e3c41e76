"""Returns: the list of open ones, their answers and their arrival."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.orders.forms import AnswerForm
from kashcraft.backoffice.presenters.tables import TableRow
from kashcraft.backoffice.returns.presenters import LIST, TAB_STATES, return_row
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, read_list
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ReturnId
from kashcraft.orders import queries, services
from kashcraft.orders.models import ReturnRequest
from kashcraft.orders.rules import StaffReturn

NO_ANSWER = _l("We are sorry.")
DECISIONS = {"approve": services.approve_return, "refuse": services.refuse_return}


@bp.get("/returns")
@requires(Permission.RECEIVE_RETURNS)
def returns() -> ResponseReturnValue:
    """List the open returns: to answer, to receive, to refund, or all; the oldest first."""
    asked = read_list(LIST)
    states = [TAB_STATES[asked.tab]] if asked.tab in TAB_STATES else []
    return answer_list(
        "backoffice/returns/list.html", asked,
        lambda page, size: queries.search_returns(
            words=asked.find, states=states, sort=asked.sort_key, descending=asked.is_descending,
            page=page, size=size,
        ),
        _rows, counts=_counts,
    )  # fmt: skip


@bp.post("/returns/<uuid:return_id>/<any(approve, refuse):decision>")
@requires(Permission.ANSWER_RETURNS)
def answer_return(return_id: ReturnId, decision: str) -> ResponseReturnValue:
    """Approve a return or refuse it, with an answer to the customer."""
    text = (AnswerForm.from_request().answer.data or "")[:500]
    answer = text or ("" if decision == "approve" else str(NO_ANSWER))
    actor_id = current_user.id
    verb = DECISIONS[decision]
    return _moved(
        return_id, lambda: verb(return_id=return_id, actor_id=actor_id, answer=answer), "return_answered"
    )


@bp.post("/returns/<uuid:return_id>/receive")
@requires(Permission.RECEIVE_RETURNS)
def receive_return(return_id: ReturnId) -> ResponseReturnValue:
    """Record the arrival of the units, and offer their refund."""
    actor_id = current_user.id
    return _moved(
        return_id,
        lambda: services.receive_return(return_id=return_id, actor_id=actor_id),
        "return_received",
    )


def _rows(found: Sequence[StaffReturn]) -> list[TableRow]:
    return [return_row(one, url=url_for("backoffice.order", order_id=one.order_id)) for one in found]


def _counts() -> dict[str, int]:
    counted = queries.count_returns_by_state()
    return {tab: counted.get(state, 0) for tab, state in TAB_STATES.items()} | {"all": sum(counted.values())}


def _moved(return_id: ReturnId, work: Callable[[], ReturnRequest], notice: str) -> ResponseReturnValue:
    """Run ``work`` and go to the page of the order; a received return fills the refund form there."""
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
