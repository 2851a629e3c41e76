"""Sentences for refused benefits and for the steps of a price, with the amounts that a person needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money
from kashcraft.pricing.rules import PPM, FreeShipping, Refusal, Rejection, StepValue, VoucherKind

_SENTENCES = {
    Refusal.BELOW_MINIMUM: _l("%(label)s needs %(amount)s more in your bag."),
    Refusal.ABOVE_MAXIMUM: _l("%(label)s is for smaller orders: your bag is %(amount)s above its limit."),
    Refusal.NO_ELIGIBLE_ITEMS: _l("%(label)s does not apply to anything in your bag."),
    Refusal.BELOW_MIN_DISCOUNT: _l("%(label)s applies only if it takes off at least %(amount)s."),
    Refusal.WRONG_CURRENCY: _l("%(label)s is in another currency."),
    Refusal.ANOTHER_SAVES_MORE: _l("%(label)s is not used: the discount that applies saves %(amount)s more."),
    Refusal.SAVES_NOTHING: _l("%(label)s would save nothing on this order."),
    Refusal.ITEM_NOT_IN_CART: _l("%(label)s needs a matching item in your bag."),
    Refusal.EXPRESS_NOT_COVERED: _l("%(label)s covers standard delivery only."),
    Refusal.TOO_LITTLE_LEFT: _l("Your bag costs less than %(points)s points, the fewest you can use."),
    Refusal.EMPTY: _l("%(label)s has nothing left on it."),
    Refusal.NOT_NEEDED: _l("%(label)s was not needed and keeps its value."),
    Refusal.CANNOT_BUY_GIFT_CARDS: _l("%(label)s cannot pay for a gift card."),
}


def explain_rejection(rejection: Rejection, currency: str, formats: Formats) -> str:
    """Return the reason of a rejection as a sentence; its amount is in ``currency``."""
    points = formats.number(rejection.points)
    if rejection.code is Refusal.NOT_ENOUGH_POINTS:
        return ngettext("You have %(num)s point.", "You have %(num)s points.", rejection.points, num=points)
    if rejection.code is Refusal.BELOW_POINTS_MINIMUM:
        return ngettext(
            "Use at least %(num)s point.", "Use at least %(num)s points.", rejection.points, num=points
        )
    label = rejection.label or _("Points")  # Only points have no label of their own.
    if rejection.subject == "gift_card":
        label = _("Gift card %(digits)s", digits=rejection.label)
    return _SENTENCES[rejection.code].filled(
        label=label,
        amount=formats.amount(Money(rejection.amount, currency)),
        points=points,
    )


def describe_step(step: Mapping[str, Any], currency: str, formats: Formats) -> str:
    """Return a stored step of a price trace ("step", "amount", "values") as a sentence.

    Steps of old orders have no values but an English sentence, which is returned unchanged.
    """
    if "text" in step:
        return str(step["text"])
    return _DESCRIPTIONS[step["step"]](_Values(step["values"], currency, formats))


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of a step; amounts, numbers and percentages are formatted for people."""

    values: Mapping[str, StepValue]
    currency: str
    formats: Formats

    def __getitem__(self, name: str) -> StepValue:
        return self.values.get(name)

    def whole(self, name: str) -> int:
        value = self.values[name]
        if not isinstance(value, int):
            raise TypeError(f"{name} of a step is no number: {value!r}")
        return value

    def amount(self, name: str) -> str:
        return self.formats.amount(Money(self.whole(name), self.currency))

    def number(self, name: str) -> str:
        return self.formats.number(self.whole(name))

    def percent(self, name: str, whole: int) -> str:
        return self.formats.percent(self.whole(name), whole)


def _line(values: _Values) -> str:
    texts = {"count": values.number("count"), "name": values["name"], "price": values.amount("price")}
    if values["regular"] is None:
        return _("%(count)s × %(name)s at %(price)s", **texts)
    texts["regular"] = values.amount("regular")
    return _("%(count)s × %(name)s at %(price)s, regularly %(regular)s", **texts)


def _voucher(values: _Values) -> str:
    texts = {"code": values["code"], "terms": _voucher_terms(values)}
    if values["automatic"]:
        return _("Automatic voucher %(code)s: %(terms)s", **texts)
    return _("Voucher %(code)s: %(terms)s", **texts)


def _voucher_terms(values: _Values) -> str:
    if values["kind"] == VoucherKind.FIXED.value:
        return _("%(amount)s off", amount=values.amount("value"))
    share = values.percent("value", 10_000)
    if values["most"] is None:
        return _("%(share)s off", share=share)
    return _("%(share)s off, at most %(most)s", share=share, most=values.amount("most"))


def _voucher_choice(values: _Values) -> str:
    codes = {"code": values["code"], "other": values["other"]}
    if values["more"]:
        return _("%(code)s saves %(more)s more than %(other)s", more=values.amount("more"), **codes)
    return _("%(code)s saves as much as %(other)s", **codes)


def _shipping(values: _Values) -> str:
    name = values["name"]
    if values["free_by"] == FreeShipping.REWARD.value:
        return _("%(name)s, free by reward", name=name)
    if values["free_by"] == FreeShipping.TIER.value:
        return _("%(name)s, free for %(tier)s members", name=name, tier=values["tier"])
    if values["free_by"] == FreeShipping.THRESHOLD.value:
        return _("%(name)s, free from %(amount)s", name=name, amount=values.amount("free_from"))
    return str(name)


def _tax(values: _Values) -> str:
    texts = {"rate": values.percent("rate", PPM), "net": values.amount("net")}
    if values["included"] is None:
        return _("Tax at %(rate)s on %(net)s, rounded per line", **texts)
    return _("Includes %(amount)s tax at %(rate)s on %(net)s", amount=values.amount("included"), **texts)


def _rejection(values: _Values) -> str:
    rejection = Rejection(
        subject=str(values["subject"]),
        code=Refusal(str(values["code"])),
        label=str(values["label"]),
        amount=values.whole("amount"),
        points=values.whole("points"),
    )
    return explain_rejection(rejection, values.currency, values.formats)


def _points(values: _Values) -> str:
    return ngettext("%(num)s point", "%(num)s points", values.whole("points"), num=values.number("points"))


_DESCRIPTIONS: dict[str, Callable[[_Values], str]] = {
    "line": _line,
    "voucher": _voucher,
    "voucher_choice": _voucher_choice,
    "reward": lambda values: _("Reward: %(name)s", name=values["name"]),
    "points": _points,
    "shipping": _shipping,
    "tax": _tax,
    "total": lambda _values: _("Total"),
    "gift_card": lambda values: _("Paid by gift card %(digits)s", digits=values["digits"]),
    "due": lambda _values: _("To pay"),
    "rejection": _rejection,
}
