"""The guarded blueprint. A view says by ``requires`` which permission it is part of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.rules import Permission, may, permissions_of
from kashcraft.core import flash
from kashcraft.core.errors import NotFound
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.extensions import login_manager

bp = Blueprint("backoffice", __name__)
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

flash.register(
    {
        "nothing_selected": _l("Select at least one row first."),
        "order_elsewhere": _l("This order was changed in the meantime. Its status is up to date now."),
        "stock_limited": _l("The limit per order was saved."),
        "counting_begun": _l("The product is counted from now on."),
        "counting_ended": _l("The product is no longer counted."),
        "counted_elsewhere": _l("This product is counted already. This is its current stock."),
        "refund_made": _l(
            "Refund made. The customer gets an e-mail. The answer of the payment provider appears below."
        ),
        "refund_retried": _l("The refund is tried again. The answer appears here."),
        "refund_elsewhere": _l("This refund is no longer refused. Its status is up to date now."),
        "office_cancelled": _l("Order cancelled."),
        "note_kept": _l("Note saved."),
        "return_answered": _l("Return answered. The customer gets an e-mail."),
        "return_received": _l("Return received. The refund form is filled in with its units."),
        "message_sent_again": _l("The e-mail is sent again."),
        "message_elsewhere": _l("This e-mail is no longer in the list."),
        "job_owed_again": _l("The job runs again."),
        "return_elsewhere": _l("This return was changed in the meantime. Its status is up to date now."),
    }
)


def requires(permission: Permission) -> Callable[[View], View]:
    """Open the view to the roles that may do ``permission``; one without this opens to nobody."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


@bp.before_request
def guard() -> ResponseReturnValue | None:
    """Ask strangers to sign in, and hide the page from everybody whose roles do not allow it."""
    if not current_user.is_authenticated:
        sign_in: ResponseReturnValue = login_manager.unauthorized()
        return sign_in
    permission = getattr(current_app.view_functions[request.endpoint or ""], "permission", None)
    if permission is None or not may(current_user.roles, permission):
        raise NotFound
    return None


@bp.after_request
def keep_to_this_screen(response: Response) -> Response:
    """Leave nothing of these pages in any cache."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.context_processor
def granted_permissions() -> dict[str, object]:
    """Tell templates what the person who is signed in may do."""
    return {"permissions": permissions_of(getattr(current_user, "roles", ()))}
