"""The code box: codes, points and rewards, and why one of them has no effect."""

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

# Codes rejected for these reasons stay in the cart, because they may apply again.
HARMLESS = {Refusal.ANOTHER_SAVES_MORE, Refusal.NOT_NEEDED}


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code and its effect; where it is not ``used``, ``text`` is the reason.

    ``problem`` marks a reason that the owner should see. A gift card that is not needed is no problem.
    """

    id: CartCodeId
    name: str
    text: str
    problem: bool = False
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsOffer:
    """The points that a member can use.

    ``maximum`` is the limit in this cart, 0 if it is below ``minimum``.
    """

    balance: int
    minimum: int
    maximum: int
    spent: int
    point_value: Money
    problem: str = ""

    @property
    def worth(self) -> Money:
        """Return the value of the whole balance."""
        return Money(self.balance * self.point_value.minor, self.point_value.currency)

    @property
    def saves(self) -> Money:
        """Return the discount of the points that are used."""
        return Money(self.spent * self.point_value.minor, self.point_value.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """Everything that the code box shows."""

    codes: tuple[ShownCode, ...] = ()
    automatic: str = ""
    points: PointsOffer | None = None
    rewards: tuple[RewardChoice, ...] = ()
    reward_problem: str = ""

    @property
    def problems(self) -> list[str]:
        """Return the reason of each requested benefit that has no effect."""
        texts = [code.text for code in self.codes if code.problem]
        return [*texts, *filter(None, [self.reward_problem, self.points.problem if self.points else ""])]


def refusal_of_code(quote: Quote, reference: Key, formats: Formats) -> str | None:
    """Return why a code that was just entered has no effect, or None where it may stay in the cart."""
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
    """Return the content of the code box for a cart with this quote.

    ``rewards`` are the rewards of the member. ``balance`` is the points balance; points are not shown without
    it.
    """
    reward = _rejected(quote, "reward")
    unavailable = _("This reward can no longer be used.") if benefits.reward_unavailable else ""
    return Savings(
        codes=tuple(shown_code(code, benefits, quote, formats) for code in benefits.codes),
        automatic=_automatic(quote, formats),
        points=_points(balance, quote, formats) if balance else None,
        rewards=tuple(_reward_row(one, quote) for one in rewards),
        reward_problem=_reward_problem(reward, quote, formats) if reward else unavailable,
    )


def _reward_row(reward: RewardChoice, quote: Quote) -> RewardChoice:
    """Return a reward for the list; one without effect cannot be selected and is not used."""
    free_by = quote.shipping.free_by if quote.shipping else None
    if not reward.is_delivery or free_by not in (FreeShipping.THRESHOLD, FreeShipping.TIER):
        return reward
    text = _("You already have this: delivery of this order is free.")
    return replace(reward, text=text, chosen=False, is_redundant=True)


def _reward_problem(rejection: Rejection, quote: Quote, formats: Formats) -> str:
    """Return why the selected reward has no effect, empty where the list of rewards already says it."""
    return (
        "" if rejection.code is Refusal.NOT_NEEDED else explain_rejection(rejection, quote.currency, formats)
    )


def code_name(code: Code) -> str:
    """Return the display name of a code."""
    return code.label if code.kind == VOUCHER else _("Gift card %(digits)s", digits=code.label)


def _rejected(quote: Quote, subject: str) -> Rejection | None:
    return quote.rejection_of(subject)


def shown_code(code: Code, benefits: Benefits, quote: Quote, formats: Formats) -> ShownCode:
    """Return a code with its effect on this quote, or with the reason why it has none."""
    if code.kind == GIFT_CARD:
        return _shown_card(code, benefits, quote, formats)
    terms = benefits.voucher
    if terms is None:
        return ShownCode(code.id, code_name(code), voucher_refusal(benefits), problem=True)
    applied = quote.voucher
    if applied is not None and applied.reference == terms.reference:
        return ShownCode(code.id, code_name(code), _saving_text(applied, quote, formats), used=True)
    rejection = next((one for one in quote.rejections if one.reference == terms.reference), None)
    text = (
        explain_rejection(rejection, quote.currency, formats)
        if rejection
        else _("It does not apply to this bag.")
    )
    return ShownCode(code.id, code_name(code), text, problem=True)


def voucher_refusal(benefits: Benefits) -> str:
    """Return why the entered voucher cannot be used at all, empty where it can."""
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


def _saving_text(applied: AppliedVoucher, quote: Quote, formats: Formats) -> str:
    """Return what the applied voucher saves, and why it was preferred."""
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
    return _(
        "%(code)s applied automatically: %(why)s",
        code=applied.code,
        why=_saving_text(applied, quote, formats),
    )


def _points(balance: PointsTerms, quote: Quote, formats: Formats) -> PointsOffer:
    spendable = min(balance.balance, max_spendable_points(quote, balance.worth))
    rejection = _rejected(quote, "points")
    return PointsOffer(
        balance=balance.balance,
        minimum=balance.minimum,
        maximum=spendable if spendable >= max(1, balance.minimum) else 0,
        spent=quote.points.points if quote.points else 0,
        point_value=quote.money(balance.worth),
        problem=explain_rejection(rejection, quote.currency, formats) if rejection else "",
    )
