"""The loyalty programme in figures, and its members."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from kashcraft.backoffice.rules import Act
from kashcraft.backoffice.views import bp, for_those_who_may
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.core.pagination import Page, page_number
from kashcraft.core.settings import settings
from kashcraft.loyalty import presenters, queries
from kashcraft.loyalty.rules import RiskLevel

LIST_SIZE = 30
SHORT_LIST = 10
RISKS = {
    RiskLevel.SAFE: (_l("Buying"), "good"),
    RiskLevel.AT_RISK: (_l("At risk"), "warn"),
    RiskLevel.INACTIVE: (_l("Inactive"), "bad"),
}


@bp.get("/loyalty")
@for_those_who_may(Act.SEE_LOYALTY)
def loyalty() -> Any:
    """Show the programme: members by tier and risk, what points are worth, how they come and go, and who
    leads.
    """
    tiers = queries.tiers()
    return render_template(
        "backoffice/loyalty.html",
        programme=queries.programme(tiers),
        months=queries.months(),
        lapses=queries.lapses(),
        top=queries.top_members(limit=SHORT_LIST),
        climbers=queries.climbers(limit=SHORT_LIST),
        **words(),
    )


@bp.get("/loyalty/members")
@for_those_who_may(Act.SEE_MEMBERS)
def members() -> Any:
    """List members by name, those that somebody looks for, or those who have been silent longest."""
    find, risk = request.args.get("find", "").strip()[:120], request.args.get("risk", "")
    level = RiskLevel(risk) if risk in set(RiskLevel) else None
    number = page_number(request.args.get("page"))
    rows, total = queries.find_members(words=find, risk=level, page=number, size=LIST_SIZE)
    asked: dict[str, Any] = {"find": find or None, "risk": level.value if level else None}
    page = Page(rows, number, LIST_SIZE, total, lambda to: url_for("backoffice.members", **asked, page=to))
    return render_template("backoffice/loyalty_members.html", page=page, find=find, level=level, **words())


def words() -> dict[str, Any]:
    """Return how the pages of the programme write amounts, days and levels."""
    currency = settings().shop_currency
    return {
        "money": lambda minor: Money(minor, currency),
        "words": presenters,
        "risks": RISKS,
    }
