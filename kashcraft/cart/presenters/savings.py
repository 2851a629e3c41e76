"""What the box of codes, points and rewards shows, and why something in it has no effect."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kashcraft.cart.rules import GIFT_CARD, VOUCHER, Benefits, Code, RewardChoice, max_spendable_points
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import CartCodeId
from kashcraft.core.money import Money
from kashcraft.pricing.presenters import explain_rejection
from kashcraft.pricing.rules import (
    AppliedVoucher,
    FreeShipping,
    Key,
    PointsTerms,
    Quote,
    Refusal,
    Rejection,
    VoucherReason,
)
from kashcraft.vouchers.presenters import REFUSALS

# A code that gives nothing for these reasons stays: another one is better, or it is spared.
HARMLESS = {Refusal.ANOTHER_SAVES_MORE, Refusal.NOT_NEEDED}


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code with what it does, where it is ``used``, else the sentence that says why it is not.

    ``problem`` says that this matters; a card that is not needed is none.
    """

    id: CartCodeId
    name: str
    text: str
    problem: bool = False
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsOffer:
    """What a member can do with points: ``most`` is what this cart can take, 0 if less than the least."""

    balance: int
    minimum: int
    most: int
    spent: int
    each: Money
    problem: str = ""

    @property
    def worth(self) -> Money:
        """Return what all points are worth."""
        return Money(self.balance * self.each.minor, self.each.currency)

    @property
    def saves(self) -> Money:
        """Return what the spent points take off."""
        return Money(self.spent * self.each.minor, self.each.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """All that the box of codes, points and rewards shows."""

    codes: tuple[ShownCode, ...] = ()
    automatic: str = ""
    points: PointsOffer | None = None
    rewards: tuple[RewardChoice, ...] = ()
    reward_problem: str = ""

    @property
    def problems(self) -> list[str]:
        """Return every reason why something that is wanted has no effect."""
        said = [code.text for code in self.codes if code.problem]
        return [*said, *filter(None, [self.reward_problem, self.points.problem if self.points else ""])]


def refusal_of_code(quote: Quote, reference: Key, formats: Formats) -> str | None:
    """Return in words why a code that was just entered has no effect, or None where it may stay."""
    found = (one for one in quote.rejections if one.reference == reference and one.code not in HARMLESS)
    rejection = next(found, None)
    return explain_rejection(rejection, quote.currency, formats) if rejection else None


def savings(
    benefits: Benefits,
    quote: Quote,
    *,
    formats: Formats,
    rewards: tuple[RewardChoice, ...] = (),
    balance: PointsTerms | None = None,
) -> Savings:
    """Return what the box shows of a cart at this price.

    ``rewards`` are those that a member holds, ``balance`` the points; None shows no points.
    """
    reward = _rejected(quote, "reward")
    gone = _("This reward can no longer be used.") if benefits.reward_unavailable else ""
    return Savings(
        codes=tuple(shown_code(code, benefits, quote, formats) for code in benefits.codes),
        automatic=_automatic(quote, formats),
        points=_points(balance, quote, formats) if balance else None,
        rewards=tuple(_offered(one, quote) for one in rewards),
        reward_problem=_reward_problem(reward, quote, formats) if reward else gone,
    )


def _offered(reward: RewardChoice, quote: Quote) -> RewardChoice:
    """Return a reward as the box offers it: one that would do nothing cannot be chosen, and is not used."""
    free_by = quote.shipping.free_by if quote.shipping else None
    if not reward.is_delivery or free_by not in (FreeShipping.THRESHOLD, FreeShipping.TIER):
        return reward
    text = _("You already have this: delivery of this order is free.")
    return replace(reward, text=text, chosen=False, is_redundant=True)


def _reward_problem(rejection: Rejection, quote: Quote, formats: Formats) -> str:
    """Return why the chosen reward does nothing; where it is spared, the list of rewards says so."""
    return (
        "" if rejection.code is Refusal.NOT_NEEDED else explain_rejection(rejection, quote.currency, formats)
    )


def code_name(code: Code) -> str:
    """Return what a code is called on a page."""
    return code.label if code.kind == VOUCHER else _("Gift card %(digits)s", digits=code.label)


def _rejected(quote: Quote, subject: str) -> Rejection | None:
    return quote.rejection_of(subject)


def shown_code(code: Code, benefits: Benefits, quote: Quote, formats: Formats) -> ShownCode:
    """Return a code with what it does at this price, or the sentence that says why it does nothing."""
    if code.kind == GIFT_CARD:
        return _shown_card(code, benefits, quote, formats)
    terms = benefits.voucher
    if terms is None:
        return ShownCode(code.id, code_name(code), voucher_refusal(benefits), problem=True)
    applied = quote.voucher
    if applied is not None and applied.reference == terms.reference:
        return ShownCode(code.id, code_name(code), _why(applied, quote, formats), used=True)
    rejection = next((one for one in quote.rejections if one.reference == terms.reference), None)
    text = (
        explain_rejection(rejection, quote.currency, formats)
        if rejection
        else _("It does not apply to this bag.")
    )
    return ShownCode(code.id, code_name(code), text, problem=True)


def voucher_refusal(benefits: Benefits) -> str:
    """Return in words why the entered voucher cannot be used at all; empty where it can."""
    return str(REFUSALS[benefits.refusal]) if benefits.refusal else ""


def _shown_card(code: Code, benefits: Benefits, quote: Quote, formats: Formats) -> ShownCode:
    card = next((one for one in benefits.gift_cards if one.reference == code.gift_card_id), None)
    if card is None:
        return ShownCode(code.id, code_name(code), _("This gift card can no longer be used."), problem=True)
    paid = next((one for one in quote.gift_card_payments if one.reference == card.reference), None)
    if paid is not None:
        pays, left = formats.amount(quote.money(paid.amount)), quote.money(card.balance - paid.amount)
        if left:
            text = _("%(amount)s used, %(left)s left on the card", amount=pays, left=formats.amount(left))
        else:
            text = _("%(amount)s used, nothing left on the card", amount=pays)
        return ShownCode(code.id, code_name(code), text, used=True)
    rejection = next((one for one in quote.rejections if one.reference == card.reference), None)
    text = (
        explain_rejection(rejection, quote.currency, formats)
        if rejection
        else _("It does not apply to this bag.")
    )
    harmless = rejection is not None and rejection.code in HARMLESS
    return ShownCode(code.id, code_name(code), text, problem=not harmless)


def _why(applied: AppliedVoucher, quote: Quote, formats: Formats) -> str:
    """Return what the voucher in effect saves, and why it is this one."""
    saves = formats.amount(quote.money(applied.discount))
    more = formats.amount(quote.money(applied.saves_more))
    if applied.reason in (VoucherReason.CODE, VoucherReason.AUTOMATIC) and not applied.instead_of:
        return _("%(amount)s off", amount=saves)
    if not applied.saves_more:
        return _("%(amount)s off, the same as with %(other)s", amount=saves, other=applied.instead_of)
    return _(
        "%(amount)s off, %(more)s more than with %(other)s",
        amount=saves,
        more=more,
        other=applied.instead_of,
    )


def _automatic(quote: Quote, formats: Formats) -> str:
    applied = quote.voucher
    if applied is None or applied.reason in (VoucherReason.CODE, VoucherReason.CODE_SAVES_MORE):
        return ""
    return _("%(code)s applied automatically: %(why)s", code=applied.code, why=_why(applied, quote, formats))


def _points(balance: PointsTerms, quote: Quote, formats: Formats) -> PointsOffer:
    room = min(balance.balance, max_spendable_points(quote, balance.worth))
    rejection = _rejected(quote, "points")
    return PointsOffer(
        balance=balance.balance,
        minimum=balance.minimum,
        most=room if room >= max(1, balance.minimum) else 0,
        spent=quote.points.points if quote.points else 0,
        each=quote.money(balance.worth),
        problem=explain_rejection(rejection, quote.currency, formats) if rejection else "",
    )
