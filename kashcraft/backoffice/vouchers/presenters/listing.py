"""The list of vouchers and that of their campaigns: tabs, columns and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kashcraft.backoffice.presenters.cells import amount_cell, number_cell, tag_cell
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    ListOutline,
    PhonePlace,
    TableColumn,
    TableRow,
    TimeStyle,
    state_tabs,
)
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import VoucherId
from kashcraft.core.money import Money
from kashcraft.vouchers.rules import VoucherState

# The label of each state, and the state of its tag.
STATES: Mapping[VoucherState, tuple[LazyText, str]] = {
    VoucherState.RUNNING: (_l("Running"), "good"),
    VoucherState.SCHEDULED: (_l("Scheduled"), "info"),
    VoucherState.USED_UP: (_l("Used up"), "warn"),
    VoucherState.ENDED: (_l("Ended"), "muted"),
    VoucherState.OFF: (_l("Off"), "bad"),
}
# What is shown once vouchers were switched on or off; they are one, two or three codes, or a count.
SWITCHED: Mapping[str, LazyText] = {
    "on": _l("%(vouchers)s: switched on."),
    "off": _l("%(vouchers)s: switched off. Orders that were placed with them keep their price."),
}
LIST = ListOutline(
    name="vouchers",
    label=_l("Vouchers"),
    endpoint="backoffice.vouchers",
    columns=(
        TableColumn(key="code", label=_l("Code"), sorts=True),
        TableColumn(key="name", label=_l("Name"), kind=ColumnKind.LONG, sorts=True),
        TableColumn(key="discount", label=_l("Discount")),
        TableColumn(key="campaign", label=_l("Campaign"), on_phone=PhonePlace.NOWHERE, on_tablet=False),
        TableColumn(
            key="starts",
            label=_l("Starts"),
            kind=ColumnKind.TIME,
            sorts=True,
            on_phone=PhonePlace.NOWHERE,
            on_tablet=False,
        ),
        TableColumn(key="ends", label=_l("Ends"), kind=ColumnKind.TIME, sorts=True),
        TableColumn(key="uses", label=_l("Uses"), kind=ColumnKind.NUMBER, sorts=True),
        TableColumn(
            key="discounts",
            label=_l("Discounts"),
            kind=ColumnKind.NUMBER,
            sorts=True,
            on_phone=PhonePlace.NOWHERE,
            on_tablet=False,
        ),
        TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG),
    ),
    tabs=state_tabs(STATES),
    find_label=_l("Code, name or campaign"),
    find_all_label=_l("Search all vouchers"),
    empty=(_l("No vouchers here"), _l("Discounts by a code, and automatic ones, are listed here.")),
)
CAMPAIGN_COLUMNS = (
    TableColumn(key="campaign", label=_l("Campaign")),
    TableColumn(key="vouchers", label=_l("Vouchers"), kind=ColumnKind.NUMBER),
    TableColumn(key="uses", label=_l("Uses"), kind=ColumnKind.NUMBER),
    TableColumn(key="discounts", label=_l("Discounts"), kind=ColumnKind.NUMBER),
    TableColumn(key="revenue", label=_l("Revenue"), kind=ColumnKind.NUMBER),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVoucher:
    """A voucher of the list. ``uses`` and ``discounts`` include those of its copies; ``limit`` is the most
    uses, None without a limit.
    """

    id: VoucherId
    code: str
    name: str
    discount: str
    is_automatic: bool
    campaign: str
    starts: datetime
    ends: datetime
    uses: int
    limit: int | None
    discounts: Money
    state: VoucherState


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignResults:
    """The results of a campaign, linked to ``url``; ``name`` is empty for vouchers without a campaign."""

    name: str
    url: str
    vouchers: int
    uses: int
    discounts: Money
    revenue: Money


def voucher_row(voucher: ListedVoucher, formats: Formats, *, url: str) -> TableRow:
    """Return a voucher as a row of the list, linked to ``url``."""
    uses = formats.number(voucher.uses)
    if voucher.limit is not None:
        uses = _("%(uses)s of %(limit)s", uses=uses, limit=formats.number(voucher.limit))
    return TableRow(
        id=str(voucher.id),
        title=voucher.code,
        cells=(
            Cell(text=voucher.code, href=url),
            Cell(text=voucher.name),
            Cell(text=voucher.discount, note=_("automatic") if voucher.is_automatic else ""),
            Cell(text=voucher.campaign),
            Cell(at=voucher.starts, style=TimeStyle.DAY),
            Cell(at=voucher.ends, style=TimeStyle.TIME),
            Cell(text=uses, export=voucher.uses),
            amount_cell(voucher.discounts, formats),
            tag_cell(STATES[voucher.state]),
        ),
    )


def campaign_row(results: CampaignResults, formats: Formats) -> TableRow:
    """Return a campaign as a row of its table."""
    name = Cell(text=results.name, href=results.url) if results.name else Cell(text=_("Without a campaign"))
    numbers = [number_cell(number, formats) for number in (results.vouchers, results.uses)]
    amounts = [amount_cell(amount, formats) for amount in (results.discounts, results.revenue)]
    cells = (name, *numbers, *amounts)
    return TableRow(id=results.name, title=results.name, cells=cells)
