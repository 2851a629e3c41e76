"""The list of members, searched by half a name or e-mail address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.customers.presenters.listing import LIST, TIER_FILTER, member_row
from kashcraft.backoffice.presenters.tables import ListRequest, TableRow, state_counts
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, read_list
from kashcraft.core.settings import formats, settings
from kashcraft.loyalty import queries
from kashcraft.loyalty.rules import RiskLevel, StaffMember, Tier


@bp.get("/loyalty/members")
@requires(Permission.VIEW_MEMBERS)
def members() -> ResponseReturnValue:
    """List members by name, points, spend or last purchase; all, or those of a risk level or tier."""
    asked = read_list(LIST, filters=[TIER_FILTER])
    return answer_list("backoffice/customers/list.html", asked, _search(asked), rows, counts=_counts)


def _search(asked: ListRequest) -> Callable[[int, int], tuple[Sequence[StaffMember], int]]:
    risk = RiskLevel(asked.tab) if asked.tab in set(RiskLevel) else None
    tier = Tier(asked.filters["tier"]) if asked.filters["tier"] else None
    return lambda page, size: queries.search_members(
        words=asked.find,
        risk=risk,
        tier=tier,
        sort=asked.sort_key,
        descending=asked.is_descending,
        page=page,
        size=size,
    )


def rows(found: Sequence[StaffMember]) -> list[TableRow]:
    """Return members as rows of their list."""
    currency = settings().shop_currency
    return [
        member_row(one, currency, formats(), url=url_for("backoffice.member", user_id=one.user_id))
        for one in found
    ]


def _counts() -> dict[str, int]:
    return state_counts(queries.count_by_risk())
