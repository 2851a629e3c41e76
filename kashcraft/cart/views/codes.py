"""Codes, points and rewards in the bag."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for

from kashcraft.cart import queries
from kashcraft.cart.views import box
from kashcraft.cart.views.bag import shown
from kashcraft.cart.views.blueprint import bp, current_owner
from kashcraft.cart.views.box import Outcome, limit_wrong_codes
from kashcraft.core.htmx import go_to, trigger, wants_fragment
from kashcraft.pricing.rules import Quote
from kashcraft.shipping.views import visitor_country


@bp.post("/codes")
@limit_wrong_codes(lambda outcome: _answered(outcome))
def add_code() -> Response:
    """Take in a voucher's or a gift card's code."""
    return _answered(box.enter_code(current_owner()))


@bp.post("/codes/<uuid:code_id>/remove")
def remove_code(code_id: UUID) -> Response:
    """Take a code out."""
    return _answered(box.remove_code(current_owner(), code_id))


@bp.post("/points")
def spend_points() -> Response:
    """Say how many points are to be spent; 0 spends none."""
    return _answered(box.spend_points(current_owner()))


@bp.post("/reward")
def choose_reward() -> Response:
    """Say which reward is to be used; none without a name."""
    return _answered(box.choose_reward(current_owner(), _quoted))


def _quoted() -> Quote | None:
    """Return what the bag is shown to cost."""
    owner = current_owner()
    cart = queries.contents(owner)
    return queries.get_estimate(owner, cart, country=visitor_country()).quote if cart.items else None


def _answered(outcome: Outcome) -> Response:
    """Show the bag as it is now: its part, the page with what was refused, or the page anew."""
    if not outcome.error and not wants_fragment():
        return go_to(url_for("cart.show", _anchor="summary"), said=outcome.said)
    response = shown(current_owner(), status=outcome.status, box=outcome)
    return trigger(response, "announce", message=outcome.said) if outcome.said else response
