"""Cells that many lists have: what is read, and what a CSV file has."""

from __future__ import annotations

from decimal import Decimal

from kashcraft.backoffice.presenters.cells import amount_cell, number_cell, tag_cell
from kashcraft.backoffice.presenters.tables import Cell
from kashcraft.core.formats import Formats
from kashcraft.core.money import Money

FORMATS = Formats("en_US", "UTC")


def test_an_amount_and_a_number_are_exported_without_separators() -> None:
    assert amount_cell(Money(123_450, "USD"), FORMATS) == Cell(text="$1,234.50", export=Decimal("1234.50"))
    assert number_cell(8576, FORMATS) == Cell(text="8,576", export=8576)


def test_a_state_is_a_label_with_its_color() -> None:
    assert tag_cell(("Paid", "good")) == Cell(text="Paid", tag="good")
