"""The messages of refused steps and orders: one table from error codes to messages.

The module does not depend on the page, so that other callers that place orders can use it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kashcraft.cart.presenters import line_label, obstacle
from kashcraft.cart.views.blueprint import current_owner
from kashcraft.checkout import queries
from kashcraft.checkout.presenters import differences
from kashcraft.checkout.queries import CheckoutState
from kashcraft.core import clock
from kashcraft.core.errors import DomainError
from kashcraft.core.formats import minutes_left
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.settings import formats, settings
from kashcraft.gift_cards.presenters import REFUSALS as CARD_REFUSALS
from kashcraft.vouchers.presenters import REFUSALS as VOUCHER_REFUSALS


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal in words; ``changes`` are the differences from the order that the buyer saw."""

    text: str
    changes: list[str] = field(default_factory=list)


REFUSALS = {
    "no_delivery": _l("We do not deliver to %(country)s yet."),
    "delivery_unavailable": _l("Please choose one of these delivery methods."),
    "too_many_of_product": _l("At most %(most)s of %(name)s per order."),
    "order_too_large": _l(
        "There are more items in your bag than one order can hold (%(most)s). Please take some out, or write "
        "to us about a larger order."
    ),
    "too_many_unpaid": _l("Too many items wait for a payment."),
    "points_short": _l("You have fewer points than before."),
    "reward_used": _l("Your reward has been used with another order."),
    "reward_expired": _l("Your reward can no longer be used."),
    "tier_too_low": _l("Your reward needs a higher tier."),
    **VOUCHER_REFUSALS,
    **CARD_REFUSALS,
    "gift_card_short": _l("There is less left on a gift card than before."),
}
# Refusals whose reason is shown with the lines of the cart.
CART_REFUSALS = {"cannot_be_ordered", "out_of_stock"}
# Refusals that change the total; the page shows the new one and retains the details.
CLAIM_REFUSALS = {
    *VOUCHER_REFUSALS, *CARD_REFUSALS, "points_short", "reward_used", "reward_expired", "tier_too_low",
}  # fmt: skip
NEW_TOTAL = _l("Your total is %(total)s now; please look at it and press the button again.")
# Refusals after which the current checkout is shown with this notice.
RESTART_NOTICES: dict[str, str | None] = {
    "incomplete": None,
    "nothing_placed": None,
    "order_not_payable": None,
    "checkout_changed": "checkout_elsewhere",
}


def problem_of(state: CheckoutState, refusal: DomainError) -> Problem:
    """Return the message of a refusal. Raises the refusal if it has no message."""
    if refusal.code not in PROBLEMS:
        raise refusal
    return PROBLEMS[refusal.code](state, refusal)


def _in_words(_state: CheckoutState, refusal: DomainError) -> Problem:
    return Problem(REFUSALS[refusal.code].filled(**refusal.details))


def _lost_claim(state: CheckoutState, refusal: DomainError) -> Problem:
    """Return the reason with the new total."""
    again = NEW_TOTAL.filled(total=formats().amount(state.due))
    return Problem(f"{_in_words(state, refusal).text} {again}")


def _obstacle(state: CheckoutState, _refusal: DomainError) -> Problem:
    return Problem(obstacle(state.cart))


def _too_many_of_product(state: CheckoutState, refusal: DomainError) -> Problem:
    product_id = refusal.details["product_id"]
    named = (line_label(item) for item in state.cart.items if str(item.product_id) == product_id)
    values = {**refusal.details, "name": next(named, _("this piece"))}
    return Problem(REFUSALS[refusal.code].filled(**values))


def _too_many_unpaid(_state: CheckoutState, refusal: DomainError) -> Problem:
    text = ngettext(
        "Too many items wait for a payment from you or from your network. "
        "Please pay for an order or cancel it, or try again in a minute.",
        "Too many items wait for a payment from you or from your network. "
        "Please pay for an order or cancel it, or try again in %(num)s minutes.",
        max(1, minutes_left(refusal.details["until"], clock.now())),
    )
    return Problem(text)


def _changed_order(state: CheckoutState, refusal: DomainError) -> Problem:
    """Return each difference from the order that the buyer saw, and first why benefits no longer apply."""
    seen, now = refusal.details["seen"], refusal.details["now"]
    total = formats().amount(state.due)
    if seen is None:
        return Problem(
            _("The total is %(now)s. Please look at your order and press the button again.", now=total)
        )
    changes = differences(seen, now, currency=settings().shop_currency, formats=formats())
    text = _("Your order has changed since you last saw it. Please look at it and press the button again.")
    return Problem(text, [*queries.get_savings(current_owner(), state).problems, *changes])


PROBLEMS: dict[str, Callable[[CheckoutState, DomainError], Problem]] = {
    **dict.fromkeys(REFUSALS, _in_words),
    **dict.fromkeys(CLAIM_REFUSALS, _lost_claim),
    **dict.fromkeys(CART_REFUSALS, _obstacle),
    "too_many_of_product": _too_many_of_product,
    "too_many_unpaid": _too_many_unpaid,
    "order_changed": _changed_order,
}
