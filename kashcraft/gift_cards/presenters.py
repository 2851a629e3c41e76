"""What is said about gift cards: why one cannot be used, and who gives it."""

from __future__ import annotations

from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.gift_cards.models import GiftCard

# The same words in the bag, at checkout and in quick buy; what is wrong with a code is not told.
REFUSALS = {
    "gift_card_unknown": _l("We find no gift card with this code."),
    "gift_card_expired": _l("This gift card is no longer valid."),
    "gift_card_empty": _l("There is nothing left on this gift card."),
    "gift_card_short": _l("There is less left on a gift card than before. Please look at the total again."),
}


def sender_name(card: GiftCard) -> str:
    """Return who gives a card to its recipient, by name; empty where nobody is named or both are one."""
    own = normalized_address(card.recipient_email or "") == normalized_address(card.purchased_by_email or "")
    return "" if own else card.purchased_by_name or ""
