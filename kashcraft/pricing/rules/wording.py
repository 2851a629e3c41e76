"""One sentence for each refusal, with the number that a person needs."""

from __future__ import annotations

from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.pricing.rules.quotation import Refusal, Rejection

_SENTENCES = {
    Refusal.BELOW_MINIMUM: _l("{label} needs {amount} more in the basket."),
    Refusal.ABOVE_MAXIMUM: _l("{label} is for smaller orders: the basket is {amount} above its limit."),
    Refusal.NO_ELIGIBLE_ITEMS: _l("{label} does not cover anything in the basket."),
    Refusal.BELOW_MIN_DISCOUNT: _l("{label} applies only where it takes off at least {amount}."),
    Refusal.WRONG_CURRENCY: _l("{label} is in another currency."),
    Refusal.ANOTHER_SAVES_MORE: _l("{label} was left out: the voucher that applies saves {amount} more."),
    Refusal.SAVES_NOTHING: _l("{label} would save nothing on this order."),
    Refusal.ITEM_NOT_IN_BASKET: _l("{label} needs a matching piece in the basket."),
    Refusal.EXPRESS_NOT_COVERED: _l("{label} covers standard delivery only."),
    Refusal.NOT_ENOUGH_POINTS: _l("There are {points} points too few in the account."),
    Refusal.BELOW_POINTS_MINIMUM: _l("Points can be spent from {points} at a time."),
    Refusal.TOO_LITTLE_LEFT: _l(
        "The basket costs less than the {points} points that can be spent at a time."
    ),
    Refusal.EMPTY: _l("{label} has no balance left."),
    Refusal.NOT_NEEDED: _l("{label} was not needed and keeps its value."),
    Refusal.CANNOT_BUY_GIFT_CARDS: _l("{label} cannot pay for a gift card."),
}


def explain(rejection: Rejection, currency: str, locale: str = "en_US") -> str:
    """The rejection as an English sentence, its amount written for that locale."""
    label = (
        _("Gift card %(digits)s", digits=rejection.label)
        if rejection.subject == "gift_card"
        else rejection.label
    )
    return _SENTENCES[rejection.code].format(
        label=label or rejection.subject.capitalize(),
        amount=Money(rejection.amount, currency).format(locale),
        points=f"{rejection.points:,}",
    )
