"""Cells that many lists have: amounts, numbers and states."""

from __future__ import annotations

from kashcraft.backoffice.presenters.tables import Cell, Label
from kashcraft.core.formats import Formats
from kashcraft.core.money import Money


def amount_cell(amount: Money, formats: Formats) -> Cell:
    """Return an amount, which a CSV file has as a plain number."""
    return Cell(text=formats.amount(amount), export=amount.amount)


def number_cell(number: int, formats: Formats) -> Cell:
    """Return a whole number, which a CSV file has without separators."""
    return Cell(text=formats.number(number), export=number)


def tag_cell(tag: tuple[Label, str]) -> Cell:
    """Return a state: its label, and the state that colors its tag."""
    label, state = tag
    return Cell(text=str(label), tag=state)
