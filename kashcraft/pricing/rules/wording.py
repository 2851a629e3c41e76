"""One sentence for each refusal, with the number that a person needs."""

from __future__ import annotations

from kashcraft.core.money import Money
from kashcraft.pricing.rules.quotation import Refusal, Rejection

_SENTENCES = {
    Refusal.BELOW_MINIMUM: "{label} needs {amount} more in the basket.",
    Refusal.ABOVE_MAXIMUM: "{label} is for smaller orders: the basket is {amount} above its limit.",
    Refusal.NO_ELIGIBLE_ITEMS: "{label} does not cover anything in the basket.",
    Refusal.BELOW_MIN_DISCOUNT: "{label} applies only where it takes off at least {amount}.",
    Refusal.WRONG_CURRENCY: "{label} is in another currency.",
    Refusal.ANOTHER_SAVES_MORE: "{label} was left out: the voucher that applies saves {amount} more.",
    Refusal.SAVES_NOTHING: "{label} would save nothing on this order.",
    Refusal.ITEM_NOT_IN_BASKET: "{label} needs a matching piece in the basket.",
    Refusal.EXPRESS_NOT_COVERED: "{label} covers standard delivery only.",
    Refusal.NOT_ENOUGH_POINTS: "There are {points} points too few in the account.",
    Refusal.BELOW_POINTS_MINIMUM: "Points can be spent from {points} at a time.",
    Refusal.TOO_LITTLE_LEFT: "The basket costs less than the {points} points that can be spent at a time.",
    Refusal.EMPTY: "{label} has no balance left.",
    Refusal.NOT_NEEDED: "{label} was not needed and keeps its value.",
    Refusal.CANNOT_BUY_GIFT_CARDS: "{label} cannot pay for a gift card.",
}


def explain(rejection: Rejection, currency: str, locale: str = "en_US") -> str:
    """The rejection as an English sentence, its amount written for that locale."""
    label = f"Gift card {rejection.label}" if rejection.subject == "gift_card" else rejection.label
    return _SENTENCES[rejection.code].format(
        label=label or rejection.subject.capitalize(),
        amount=Money(rejection.amount, currency).format(locale),
        points=f"{rejection.points:,}",
    )
