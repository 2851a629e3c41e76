"""The balance page of gift cards, and the code in their e-mails."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_limiter import RequestLimit

from kashcraft.core.htmx import page_or_fragment
from kashcraft.core.ids import GiftCardId
from kashcraft.core.rate_limits import too_often
from kashcraft.core.settings import formats
from kashcraft.core.template_values import Values
from kashcraft.extensions import limiter
from kashcraft.gift_cards import queries, rules
from kashcraft.gift_cards.forms import BalanceForm
from kashcraft.gift_cards.presenters import REFUSALS

bp = Blueprint("gift_cards", __name__)


def code_in_email(values: Values) -> Values:
    """Return the code of a card for its e-mail while that is composed; None once the code is deleted.

    The code is read here because stored messages must not contain secrets. One statement.
    """
    return {"code": queries.find_code_by_id(GiftCardId(UUID(values["card_id"])))}


def _limit_reached(limit: RequestLimit) -> Response:
    form = BalanceForm.from_request()
    form.code.errors = [too_often(limit)]
    return _page(form, None, 429)


@bp.route("/balance", methods=["GET", "POST"])
@limiter.limit("10 per 15 minutes", methods=["POST"], on_breach=_limit_reached)
@limiter.limit("60 per day", methods=["POST"], on_breach=_limit_reached)
def balance() -> ResponseReturnValue:
    """Show the balance of a card. For an unknown code it says only that no card was found."""
    form = BalanceForm.from_request() if request.method == "POST" else BalanceForm()
    found = None
    if request.method == "POST" and form.validate():
        found = queries.find_balance(form.code.data or "")
        if found is None:
            form.code.errors = [str(REFUSALS["gift_card_unknown"])]
    return _page(form, found, 422 if form.errors else 200)


def _page(form: BalanceForm, found: queries.Balance | None, status: int) -> Response:
    context = {"form": form, "found": found, "until": _until(found)}
    response = page_or_fragment(
        "gift_cards/balance.html", "gift_cards/_balance.html", status=status, **context
    )
    if request.method == "POST":
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _until(found: queries.Balance | None) -> date | None:
    return rules.last_day(found.expires_at, formats()) if found else None
