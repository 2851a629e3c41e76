"""The account overview, which shows orders and points and therefore is not part of accounts."""

from __future__ import annotations

from flask import Response, make_response, render_template
from flask_login import current_user, login_required

from kashcraft.orders.presenters import order_status_text
from kashcraft.storefront import queries
from kashcraft.storefront.views.blueprint import bp


@bp.get("/account/")
@login_required
def account() -> Response:
    """Show the last order, points and addresses of the customer, with links to the other account pages."""
    view = queries.get_account_view(current_user.id)
    response = make_response(
        render_template("storefront/account.html", view=view, order_status_text=order_status_text)
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
