"""The loyalty program in figures."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.loyalty.views.pages import words
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.loyalty import queries

SHORT_LIST = 10


@bp.get("/loyalty")
@requires(Permission.VIEW_LOYALTY)
def loyalty() -> ResponseReturnValue:
    """Show figures of the program: members by tier and risk, points by month, and the top members."""
    tiers = queries.list_tiers()
    return render_template(
        "backoffice/loyalty/program.html",
        program=queries.get_programme(tiers),
        months=queries.list_months(),
        expiries=queries.list_monthly_expiries(),
        top=queries.list_top_members(limit=SHORT_LIST),
        climbers=queries.list_members_near_tier(limit=SHORT_LIST),
        **words(),
    )
