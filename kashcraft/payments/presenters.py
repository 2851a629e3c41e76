"""Texts about payments: reasons of a decline, and names of cards."""

from __future__ import annotations

from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.payments.rules import PaymentStatus

DECLINES = {
    "card_declined": _l("The bank declined this card and gave no reason. Please try another card."),
    "insufficient_funds": _l("There is not enough money on this card. Please try another one."),
    "expired_card": _l("This card has expired. Please try another one."),
    "incorrect_cvc": _l("The security code of this card was wrong. Please try again."),
    "confirmation_failed": _l("The payment was not confirmed with the bank. Please try again."),
    "bank_refused": _l("The bank did not release the payment. Please try another card."),
}
UNKNOWN_DECLINE = _l("The payment did not go through. Please try again or use another card.")
CANCELLED = _l("The payment was not finished, and nothing was charged.")


def decline_reason(status: PaymentStatus, code: str | None) -> str:
    """Return why a payment did not go through and what to do, as text."""
    if status is PaymentStatus.CANCELLED:
        return str(CANCELLED)
    return str(DECLINES.get(code or "", UNKNOWN_DECLINE))


def method_name(brand: str | None, last4: str | None) -> str:
    """Return the name of the card that paid ("Visa ending 4242"), empty if it is unknown."""
    return _("%(card)s ending %(digits)s", card=brand or _("Card"), digits=last4) if last4 else ""
