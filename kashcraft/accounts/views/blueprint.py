"""The blueprint of accounts, how requests find their user, and headers of pages with a secret address."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, has_request_context, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts import queries
from kashcraft.core import activity_log
from kashcraft.core.htmx import go_to
from kashcraft.extensions import login_manager

bp = Blueprint("accounts", __name__)

SECRET_PAGES = {"accounts.confirm", "accounts.reset", "accounts.staff_invitation"}


def init_app(app: Flask) -> None:
    """Configure Flask-Login to find users by the token of their session."""
    login_manager.login_view = "accounts.sign_in"
    login_manager.session_protection = None
    login_manager.user_loader(queries.find_signed_in_user)
    activity_log.identify_visitors_by(_visitor)

    @login_manager.unauthorized_handler
    def sign_in_first() -> ResponseReturnValue:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return go_to(url_for("accounts.sign_in", next=target), notice="sign_in_first")


def _visitor() -> str:
    """Return the user of the current request for the activity log; empty outside of requests."""
    if not has_request_context():
        return ""
    if not current_user.is_authenticated:
        return activity_log.GUEST
    return f"staff:{current_user.id}" if current_user.roles else str(current_user.id)


@bp.after_request
def forbid_caching(response: Response) -> Response:
    """Forbid caches to store pages whose URL contains a secret token, and links to pass the URL on."""
    if request.endpoint in SECRET_PAGES:
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Referrer-Policy"] = "same-origin"
    return response
