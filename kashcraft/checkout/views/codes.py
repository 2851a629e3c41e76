"""Codes, points and rewards in the last step: the box of the bag."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for

from kashcraft.cart.rules import Owner
from kashcraft.cart.views import box
from kashcraft.cart.views.blueprint import current_owner
from kashcraft.cart.views.box import Outcome, limit_wrong_codes
from kashcraft.checkout import queries
from kashcraft.checkout.views.steps import bp, shown
from kashcraft.core.htmx import go_to, trigger, wants_fragment
from kashcraft.pricing.rules import Quote


@bp.post("/codes")
@limit_wrong_codes(lambda outcome: _answered(current_owner(), outcome))
def add_code() -> Response:
    """Take in a voucher's or a gift card's code."""
    owner = current_owner()
    return _answered(owner, box.enter_code(owner))


@bp.post("/codes/<uuid:code_id>/remove")
def remove_code(code_id: UUID) -> Response:
    """Take a code out."""
    owner = current_owner()
    return _answered(owner, box.remove_code(owner, code_id))


@bp.post("/points")
def spend_points() -> Response:
    """Say how many points are to be spent; 0 spends none."""
    owner = current_owner()
    return _answered(owner, box.spend_points(owner))


@bp.post("/reward")
def choose_reward() -> Response:
    """Say which reward is to be used; none without a name."""
    owner = current_owner()
    return _answered(owner, box.choose_reward(owner, lambda: _quoted(owner)))


def _quoted(owner: Owner) -> Quote | None:
    """Return what the order is shown to cost."""
    state = queries.load(owner)
    return state.quote if state else None


def _answered(owner: Owner, outcome: Outcome) -> Response:
    """Show the last step as it is now: its part, the page with what was refused, or the page anew."""
    if not outcome.error and not wants_fragment():
        return go_to(url_for("checkout.start", _anchor="payment"), said=outcome.said)
    state = queries.load(owner)
    if state is None:
        return go_to(url_for("cart.show"), notice="checkout_empty")
    response = shown(state, status=outcome.status, box=outcome)
    return trigger(response, "announce", message=outcome.said) if outcome.said else response
