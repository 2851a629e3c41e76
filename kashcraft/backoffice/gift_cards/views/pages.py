"""What the pages of gift cards share: how they write amounts, last days and states."""

from __future__ import annotations

from kashcraft.backoffice.gift_cards.presenters import STATES
from kashcraft.core import clock
from kashcraft.core.money import Money
from kashcraft.core.settings import formats
from kashcraft.gift_cards import rules


def words() -> dict[str, object]:
    """Return what templates of gift cards use to write amounts, last days and states."""
    return {
        "money": lambda minor, currency: Money(minor, currency),
        "last_day": lambda at: rules.last_day(at, formats()),
        "standing": lambda card: STATES[rules.state_of(card, clock.now())],
    }
