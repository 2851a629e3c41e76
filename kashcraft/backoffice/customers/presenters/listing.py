"""The list of members: its tabs by risk, its filter by tier, its columns, and a row."""

from __future__ import annotations

from collections.abc import Mapping

from kashcraft.backoffice.presenters.cells import amount_cell, number_cell, tag_cell
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    ListFilter,
    ListOutline,
    PhonePlace,
    TableColumn,
    TableRow,
    TimeStyle,
    state_tabs,
)
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.loyalty.presenters import TIERS, tier_name
from kashcraft.loyalty.rules import LADDER, RiskLevel, StaffMember

# The label of a risk level, and the state that colors its tag.
RISKS: Mapping[RiskLevel, tuple[LazyText, str]] = {
    RiskLevel.SAFE: (_l("Buying"), "good"),
    RiskLevel.AT_RISK: (_l("At risk"), "warn"),
    RiskLevel.INACTIVE: (_l("Inactive"), "bad"),
}
TIER_FILTER = ListFilter(
    name="tier",
    label=_l("Tier"),
    choices=(("", _l("All")), *((tier.value, TIERS[tier]) for tier in LADDER)),
)
LIST = ListOutline(
    name="members",
    label=_l("Members"),
    endpoint="backoffice.members",
    columns=(
        TableColumn(key="name", label=_l("Member"), sorts=True),
        TableColumn(key="tier", label=_l("Tier")),
        TableColumn(
            key="points", label=_l("Points"), kind=ColumnKind.NUMBER, sorts=True, on_phone=PhonePlace.TITLE
        ),
        TableColumn(key="spend", label=_l("Net spend"), kind=ColumnKind.NUMBER, sorts=True),
        TableColumn(key="last", label=_l("Last purchase"), kind=ColumnKind.TIME, sorts=True),
        TableColumn(key="risk", label=_l("Status"), kind=ColumnKind.TAG),
    ),
    sort="name",
    tabs=state_tabs(RISKS),
    find_label=_l("Name or e-mail address"),
    find_all_label=_l("Search all members"),
    empty=(_l("No members here"), _l("Customers become members when they open an account.")),
)


def member_row(member: StaffMember, currency: str, formats: Formats, *, url: str) -> TableRow:
    """Return a member as a row of the list, linked to ``url``."""
    last = member.last_purchase
    return TableRow(
        id=str(member.user_id),
        title=member.name or member.email,
        cells=(
            Cell(text=member.name or member.email, href=url, note=member.email if member.name else ""),
            Cell(text=tier_name(member.tier)),
            number_cell(member.balance, formats),
            amount_cell(Money(member.total_spent, currency), formats),
            Cell(at=last, style=TimeStyle.DAY) if last else Cell(text="–", export=""),
            tag_cell(RISKS[member.risk]),
        ),
    )
