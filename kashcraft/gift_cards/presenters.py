"""Texts for gift cards: reasons for refusal, and the name of the sender."""

from __future__ import annotations

from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.gift_cards.models import GiftCard

# The same texts in the cart, at checkout and in quick buy. They do not say what is wrong with a code.
REFUSALS = {
    "gift_card_unknown": _l("We find no gift card with this code."),
    "gift_card_expired": _l("This gift card is no longer valid."),
    "gift_card_empty": _l("There is nothing left on this gift card."),
    "gift_card_short": _l("There is less left on a gift card than before. Please look at the total again."),
}


def sender_name(card: GiftCard) -> str:
    """Return the name of the buyer, or an empty string if there is none or the buyer is the recipient."""
    own = normalized_address(card.recipient_email or "") == normalized_address(card.purchased_by_email or "")
    return "" if own else card.purchased_by_name or ""
