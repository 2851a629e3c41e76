"""The loyalty programme in figures, and its members."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.loyalty.views.pages import words
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.loyalty import queries
from kashcraft.loyalty.rules import RiskLevel

LIST_SIZE = 30
SHORT_LIST = 10


@bp.get("/loyalty")
@requires(Permission.VIEW_LOYALTY)
def loyalty() -> ResponseReturnValue:
    """Show the programme: members by tier and risk, what points are worth, how they come and go, and who
    leads.
    """
    tiers = queries.list_tiers()
    return render_template(
        "backoffice/loyalty/program.html",
        programme=queries.get_programme(tiers),
        months=queries.list_months(),
        lapses=queries.list_monthly_expiries(),
        top=queries.list_top_members(limit=SHORT_LIST),
        climbers=queries.list_members_near_tier(limit=SHORT_LIST),
        **words(),
    )


@bp.get("/loyalty/members")
@requires(Permission.VIEW_MEMBERS)
def members() -> ResponseReturnValue:
    """List members by name, those that somebody looks for, or those who have been silent longest."""
    find, risk = request.args.get("find", "").strip()[:120], request.args.get("risk", "")
    level = RiskLevel(risk) if risk in set(RiskLevel) else None
    number = page_number(request.args.get("page"))
    rows, total = queries.search_members(words=find, risk=level, page=number, size=LIST_SIZE)
    asked: dict[str, Any] = {"find": find or None, "risk": level.value if level else None}
    page = ListPage(
        rows, number, LIST_SIZE, total, lambda to: url_for("backoffice.members", **asked, page=to)
    )
    return render_template("backoffice/customers/list.html", page=page, find=find, level=level, **words())
