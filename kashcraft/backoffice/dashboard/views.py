"""The front page of the back office."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.rules import Permission, may
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.notifications import queries as notifications


@bp.get("/")
@requires(Permission.VIEW_DASHBOARD)
def front() -> str:
    """Say who is signed in as what, and where their work is."""
    unsent = (
        notifications.count_failed_messages() if may(current_user.roles, Permission.RESEND_MESSAGES) else 0
    )
    return render_template("backoffice/dashboard/page.html", roles=sorted(current_user.roles), unsent=unsent)


@bp.get("/find")
@requires(Permission.VIEW_DASHBOARD)
def find() -> ResponseReturnValue:
    """Look everywhere for a number, a name, an e-mail address, an SKU or a code."""
    return redirect(url_for("backoffice.orders", tab="all", find=request.args.get("find", "")), 303)
