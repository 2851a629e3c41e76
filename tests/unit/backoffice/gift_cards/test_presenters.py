"""The list of gift cards: its tabs and the row of a card."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from kashcraft.backoffice.gift_cards.presenters import LIST, ListedCard, card_row
from kashcraft.backoffice.presenters.tables import Cell, TimeStyle
from kashcraft.core.formats import Formats
from kashcraft.core.ids import GiftCardId
from kashcraft.core.money import Money
from kashcraft.gift_cards.queries import SORTED_BY
from kashcraft.gift_cards.rules import GiftCardState

FORMATS = Formats("en_US", "UTC")
CARD = ListedCard(
    id=GiftCardId(UUID(int=7)), last_four="7KQ1", recipient="Zoon Dar",
    issued=datetime(2026, 3, 2, tzinfo=UTC), last_day=date(2026, 12, 31), balance=Money(6_000, "USD"),
    value=Money(10_000, "USD"), state=GiftCardState.ACTIVE,
)  # fmt: skip


def test_the_list_sorts_by_what_its_query_sorts_by() -> None:
    assert LIST.sortable == set(SORTED_BY)


def test_the_row_of_a_card_has_a_cell_for_each_column() -> None:
    assert card_row(CARD, FORMATS, url="/card").cells == (
        Cell(text="…7KQ1", href="/card"),
        Cell(text="Zoon Dar"),
        Cell(at=CARD.issued, style=TimeStyle.DAY),
        Cell(text="December 31, 2026"),
        Cell(text="$60.00", export=CARD.balance.amount),
        Cell(text="$100.00", export=CARD.value.amount),
        Cell(text="Active", tag="good"),
    )


def test_the_row_of_a_card_without_recipient_and_end() -> None:
    row = card_row(replace(CARD, recipient="", last_day=None), FORMATS, url="/card")

    assert (row.cells[1].text, row.cells[3].text) == ("No recipient", "No end")
