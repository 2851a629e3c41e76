"""The test cards of the sandbox. None of them exists, and the sandbox accepts no other card."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.payments.models import PaymentStatus


class Behaviour(StrEnum):
    """What happens when a card is used."""

    PAYS = "pays"
    DECLINES = "declines"
    ASKS = "asks"
    PAYS_LATER = "pays_later"
    DECLINES_LATER = "declines_later"


@dataclass(frozen=True, slots=True)
class SandboxCard:
    """A test card: its behavior, a text about it for the page, and the code of its decline."""

    number: str
    brand: str
    behaviour: Behaviour
    label: LazyText
    decline_code: str | None = None

    @property
    def last4(self) -> str:
        """Return the last four digits."""
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        """Return the number as it is printed on a card."""
        sizes = (4, 6, 5) if len(self.number) == 15 else (4, 4, 4, 4)
        parts, rest = [], self.number
        for size in sizes:
            parts.append(rest[:size])
            rest = rest[size:]
        return " ".join(parts)

    @property
    def first_status(self) -> PaymentStatus:
        """Return the status of a payment right after the card was used."""
        return {
            Behaviour.PAYS: PaymentStatus.SUCCEEDED,
            Behaviour.DECLINES: PaymentStatus.FAILED,
            Behaviour.ASKS: PaymentStatus.REQUIRES_ACTION,
        }.get(self.behaviour, PaymentStatus.PROCESSING)


CARDS = (
    SandboxCard("4242424242424242", "Visa", Behaviour.PAYS, _l("Pays at once")),
    SandboxCard("5555555555554444", "Mastercard", Behaviour.PAYS, _l("Pays at once")),
    SandboxCard("378282246310005", "American Express", Behaviour.PAYS, _l("Pays at once")),
    SandboxCard("4000000000003220", "Visa", Behaviour.ASKS, _l("Asks for confirmation first")),
    SandboxCard("4000000000000077", "Visa", Behaviour.PAYS_LATER, _l("Pays after some seconds")),
    SandboxCard(
        "4000000000000341",
        "Visa",
        Behaviour.DECLINES_LATER,
        _l("Is declined after some seconds"),
        "bank_refused",
    ),
    SandboxCard("4000000000000002", "Visa", Behaviour.DECLINES, _l("Is declined"), "card_declined"),
    SandboxCard(
        "4000000000009995", "Visa", Behaviour.DECLINES, _l("Has too little money on it"), "insufficient_funds"
    ),
    SandboxCard("4000000000000069", "Visa", Behaviour.DECLINES, _l("Has expired"), "expired_card"),
    SandboxCard(
        "4000000000000127", "Visa", Behaviour.DECLINES, _l("Has another security code"), "incorrect_cvc"
    ),
)


def find_card(digits: str) -> SandboxCard | None:
    """Return the card with this number, or None."""
    return next((card for card in CARDS if card.number == digits), None)
