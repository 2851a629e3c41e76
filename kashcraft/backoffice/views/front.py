"""The front page of the back office."""

from __future__ import annotations

from flask import render_template
from flask_login import current_user

from kashcraft.backoffice.rules import Act, may
from kashcraft.backoffice.views.blueprint import bp, for_those_who_may
from kashcraft.notifications import queries as messages


@bp.get("/")
@for_those_who_may(Act.SEE_FRONT)
def front() -> str:
    """Say who is signed in as what, and where their work is."""
    unsent = messages.count_not_sent() if may(current_user.roles, Act.SEND_MESSAGES) else 0
    return render_template("backoffice/front.html", roles=sorted(current_user.roles), unsent=unsent)
