"""Payment by gift cards, which is not a discount."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from kashcraft.pricing.rules.input import GiftCardTerms
from kashcraft.pricing.rules.quotation import GiftCardPayment, Refusal, Rejection

_NEVER = datetime.max.replace(tzinfo=UTC)


def apply_gift_cards(
    cards: Sequence[GiftCardTerms], *, currency: str, total: int, gift_cards_bought: int
) -> tuple[tuple[GiftCardPayment, ...], list[Rejection]]:
    """Return what each card pays and which cards are rejected; the card that expires first pays first.

    Gift cards cannot pay for gift cards in the cart. Cards without an expiry date come last; cards with the
    same date are used in the order in which they were entered.
    """
    payments: list[GiftCardPayment] = []
    rejections: list[Rejection] = []
    payable = total - gift_cards_bought
    only_gift_cards = payable == 0 and gift_cards_bought > 0
    for card in sorted(cards, key=lambda card: card.expires_at or _NEVER):
        refusal = _refusal(card, currency, payable, only_gift_cards)
        if refusal:
            rejections.append(
                Rejection(subject="gift_card", code=refusal, reference=card.reference, label=card.label)
            )
            continue
        amount = min(card.balance, payable)
        payable -= amount
        payments.append(GiftCardPayment(reference=card.reference, label=card.label, amount=amount))
    return tuple(payments), rejections


def _refusal(card: GiftCardTerms, currency: str, payable: int, only_gift_cards: bool) -> Refusal | None:
    if card.currency != currency:
        return Refusal.WRONG_CURRENCY
    if card.balance <= 0:
        return Refusal.EMPTY
    if payable:
        return None
    return Refusal.CANNOT_BUY_GIFT_CARDS if only_gift_cards else Refusal.NOT_NEEDED
