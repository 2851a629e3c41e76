"""The cost of the selected delivery method, and the reasons for free delivery."""

from __future__ import annotations

from kashcraft.pricing.rules.input import CartToPrice, RewardKind, RewardTerms, ShippingChoice
from kashcraft.pricing.rules.quotation import AppliedReward, FreeShipping, Refusal, Rejection, ShippingQuote
from kashcraft.pricing.rules.tax import tax_of


def _price(choice: ShippingChoice, goods: int) -> int:
    price = choice.price
    for reached, step_price in sorted(choice.price_steps):
        if goods >= reached:
            price = step_price
    return price


def _thresholds(choice: ShippingChoice) -> list[tuple[int, FreeShipping]]:
    """Return the amounts of goods after discounts from which delivery is free without a reward."""
    found = [] if choice.free_from is None else [(choice.free_from, FreeShipping.THRESHOLD)]
    perk = choice.perk
    if perk and (perk.includes_express or not choice.is_express):
        found.append((perk.free_from, FreeShipping.TIER))
    return found


def _free_by_amount(choice: ShippingChoice, goods: int) -> FreeShipping | None:
    return next((reason for reached, reason in _thresholds(choice) if goods >= reached), None)


def charge_shipping(
    cart: CartToPrice, goods: int
) -> tuple[ShippingQuote | None, AppliedReward | None, Rejection | None]:
    """Return the delivery cost, the applied free-shipping reward, and the reason why a reward is not applied.

    ``goods`` is the amount of goods after discounts as prices are shown. Carts that contain only gift cards
    have no delivery. A reward is not used while a threshold or the tier makes delivery free. It stays applied
    while no method is selected.
    """
    reward = cart.reward if cart.reward and cart.reward.kind is RewardKind.FREE_SHIPPING else None
    choice = cart.shipping if cart.has_goods else None
    if choice is None:
        pending = reward if cart.has_goods else None
        unused = None if cart.has_goods or reward is None else _refused(reward, Refusal.NO_ELIGIBLE_ITEMS)
        return None, _applied(pending), unused
    price = _price(choice, goods)
    free_by = _free_by_amount(choice, goods)
    refusal = _reward_refusal(reward, choice, needed=bool(price) and free_by is None)
    used = reward if reward and refusal is None else None
    if used:
        free_by = FreeShipping.REWARD
    return _quoted(cart, choice, price, goods, free_by), _applied(used), refusal


def _reward_refusal(reward: RewardTerms | None, choice: ShippingChoice, *, needed: bool) -> Rejection | None:
    if reward is None:
        return None
    if choice.is_express and not reward.includes_express:
        return _refused(reward, Refusal.EXPRESS_NOT_COVERED)
    return None if needed else _refused(reward, Refusal.NOT_NEEDED)


def _quoted(
    cart: CartToPrice, choice: ShippingChoice, price: int, goods: int, free_by: FreeShipping | None
) -> ShippingQuote:
    charged = 0 if free_by else price
    missing = [reached - goods for reached, _ in _thresholds(choice)] if charged else []
    return ShippingQuote(
        code=choice.code,
        name=choice.name,
        price=price,
        charged=charged,
        tax_rate=choice.tax_rate,
        tax=tax_of(charged, choice.tax_rate, inclusive=cart.tax_inclusive),
        free_by=free_by,
        missing_for_free=min(missing, default=None),
    )


def _applied(reward: RewardTerms | None) -> AppliedReward | None:
    return AppliedReward(reference=reward.reference, name=reward.name, discount=0) if reward else None


def _refused(reward: RewardTerms, code: Refusal) -> Rejection:
    return Rejection(subject="reward", code=code, reference=reward.reference, label=reward.name)
