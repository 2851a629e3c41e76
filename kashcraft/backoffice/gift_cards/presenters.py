"""The list of gift cards: its tabs and columns, and the row of a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kashcraft.backoffice.presenters.cells import amount_cell, tag_cell
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
from kashcraft.core.ids import GiftCardId
from kashcraft.core.money import Money
from kashcraft.gift_cards.rules import GiftCardState

# The label of each state, and the state of its tag.
STATES: Mapping[GiftCardState, tuple[LazyText, str]] = {
    GiftCardState.ACTIVE: (_l("Active"), "good"),
    GiftCardState.USED: (_l("Used"), "muted"),
    GiftCardState.EXPIRED: (_l("Expired"), "warn"),
    GiftCardState.CANCELLED: (_l("Cancelled"), "bad"),
}
LIST = ListOutline(
    name="gift-cards",
    label=_l("Gift cards"),
    endpoint="backoffice.gift_cards",
    columns=(
        TableColumn(key="card", label=_l("Card")),
        TableColumn(key="recipient", label=_l("Recipient")),
        TableColumn(key="issued", label=_l("Issued"), kind=ColumnKind.TIME, sorts=True),
        TableColumn(key="end", label=_l("Last day"), sorts=True, on_phone=PhonePlace.NOWHERE),
        TableColumn(
            key="balance", label=_l("Balance"), kind=ColumnKind.NUMBER, sorts=True, on_phone=PhonePlace.TITLE
        ),
        TableColumn(key="value", label=_l("Value"), kind=ColumnKind.NUMBER, sorts=True),
        TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG),
    ),
    tabs=state_tabs(STATES),
    find_label=_l("Code, last four, name, e-mail or order"),
    find_all_label=_l("Search all gift cards"),
    find_endpoint="backoffice.find_gift_card",
    empty=(
        _l("No gift cards here"),
        _l("Cards that were bought or issued are listed here."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCard:
    """A gift card of the list; ``recipient`` is a name, an address or a note, ``last_day`` None without an
    end.
    """

    id: GiftCardId
    last_four: str
    recipient: str
    issued: datetime
    last_day: date | None
    balance: Money
    value: Money
    state: GiftCardState


def card_row(card: ListedCard, formats: Formats, *, url: str) -> TableRow:
    """Return a gift card as a row of the list, linked to ``url``."""
    return TableRow(
        id=str(card.id),
        title=f"…{card.last_four}",
        cells=(
            Cell(text=f"…{card.last_four}", href=url),
            Cell(text=card.recipient or _("No recipient")),
            Cell(at=card.issued, style=TimeStyle.DAY),
            Cell(text=formats.day(card.last_day) if card.last_day else _("No end")),
            amount_cell(card.balance, formats),
            amount_cell(card.value, formats),
            tag_cell(STATES[card.state]),
        ),
    )
