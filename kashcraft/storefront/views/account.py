"""The front page of an account. It stands here because orders and points are above who somebody is."""

from __future__ import annotations

from flask import Response, make_response, render_template
from flask_login import current_user, login_required

from kashcraft.orders.presenters import order_status_text
from kashcraft.storefront import queries
from kashcraft.storefront.views.blueprint import bp


@bp.get("/account/")
@login_required
def account() -> Response:
    """Show somebody's last order, points and addresses, and the way to everything else of theirs."""
    view = queries.get_account_view(current_user.id)
    response = make_response(
        render_template("storefront/account.html", view=view, order_status_text=order_status_text)
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
