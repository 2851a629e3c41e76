"""Forms of the loyalty program: corrections of points, rewards, offers and tiers."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from wtforms import Field
from wtforms.validators import StopValidation

from kashcraft.core.fields import (
    BooleanField,
    HiddenField,
    Length,
    SelectChoice,
    SelectField,
    TextAreaField,
)
from kashcraft.core.forms import (
    AmountField,
    CurrencyForm,
    DayField,
    Form,
    OnceKey,
    Text,
    WholeField,
    read_amount,
    trimmed,
)
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.settings import formats
from kashcraft.loyalty.models import LoyaltyTier, RewardOffer, RewardType, Tier, TierDelivery
from kashcraft.loyalty.presenters import tier_name
from kashcraft.loyalty.services import OfferTerms, Prize, TierNumbers

MOST_POINTS = 1_000_000
MOST_MONTHS = 24
MOST_DAYS = 3_650
BASIS = 10_000
# The messages of refusals, by code.
REFUSALS = {
    "points_short": _l("The balance is %(balance)s, so no more than that can be subtracted."),
    "nothing_to_adjust": _l("Please enter a number other than 0."),
    "reason_missing": _l("Please enter a reason."),
    "own_membership": _l("This is your own membership. A colleague has to make this change."),
    "reward_without_value": _l("Please enter the value."),
    "reward_without_product": _l("Please enter the SKU of the product."),
    "offer_dates": _l("The last day has to be after the first."),
    "tier_order": _l("Each tier has to need more points than the tier below it, and at least as much spend."),
}
KINDS = [
    SelectChoice(RewardType.DISCOUNT.value, _l("A discount")),
    SelectChoice(RewardType.FREE_SHIPPING.value, _l("Free standard delivery")),
    SelectChoice(RewardType.FREE_ITEM.value, _l("A free product")),
    SelectChoice(RewardType.VIP_UPGRADE.value, _l("Months in the next tier")),
]
DELIVERY = [
    SelectChoice(TierDelivery.NONE.value, _l("None")),
    SelectChoice(TierDelivery.STANDARD.value, _l("Standard")),
    SelectChoice(TierDelivery.EXPRESS.value, _l("Standard and express")),
]


def tier_choices() -> list[SelectChoice]:
    """Return the tiers that a reward can be limited to, with their labels."""
    tiers = [SelectChoice(tier.value, _("%(tier)s members and above", tier=tier_name(tier))) for tier in Tier]
    return [SelectChoice("", _("Every member")), *tiers]


def worth(form: OfferForm, field: Field) -> None:
    """Read the amount of a discount or the months of an upgrade into ``form.read_worth``."""
    kind, text, form.read_worth = form.reward_type.data, field.data or "", 0
    if kind == RewardType.DISCOUNT:
        form.read_worth = read_amount(text, form.currency).minor
        if not form.read_worth:
            raise StopValidation(str(REFUSALS["reward_without_value"]))
    if kind == RewardType.VIP_UPGRADE:
        with suppress(ValueError):
            form.read_worth = formats().parse_whole(text)
        if not 1 <= form.read_worth <= MOST_MONTHS:
            raise StopValidation(_("Please enter the months, from 1 to %(most)s.", most=MOST_MONTHS))


def amount_entry(minor: int, currency: str) -> str:
    """Return an amount as a field shows it."""
    return formats().entry(Money(minor, currency))


class AdjustPointsForm(Form):
    """Points to add, or to subtract where the number is negative."""

    points = WholeField(
        _l("Points"), least=-MOST_POINTS, most=MOST_POINTS, missing=_l("Please enter how many points.")
    )
    reason = Text(_l("Reason"), maximum=200, missing=_l("Please enter a reason. The member can read it."))
    key = OnceKey(maximum=40)


class PrizeForm(CurrencyForm):
    """What a reward gives.

    ``key`` becomes its id. ``read_worth`` is the value in minor units or months.
    """

    read_worth = 0

    name = Text(_l("Name"), maximum=120, missing=_l("Please enter a name. Members can read it."))
    reward_type = SelectField(_l("Type"), choices=KINDS)
    value = Text(_l("Value"), worth, optional=True, maximum=16)
    sku = Text(_l("SKU of the product"), optional=True, maximum=64)
    min_tier_required = SelectField(_l("Available to"), choices=tier_choices)
    description = TextAreaField(
        _l("Description"), [Length(max=500, message=_l("At most 500 characters."))], filters=[trimmed]
    )
    key = OnceKey(maximum=36)

    @property
    def reward_id(self) -> UUID | None:
        """Return the id that ``key`` names, or None for an invalid one."""
        try:
            return UUID(self.key.data)
        except ValueError:
            return None

    @property
    def names_product(self) -> bool:
        """Return whether the reward is a product."""
        return bool(self.reward_type.data == RewardType.FREE_ITEM)

    def prize(self, product_id: ProductId | None) -> dict[str, Any]:
        """Return the fields of ``Prize``; those that the type of reward does not use are empty."""
        kind = RewardType(self.reward_type.data)
        return {
            "name": self.name.data,
            "reward_type": kind,
            "value": self.read_worth,
            "product_id": product_id if kind is RewardType.FREE_ITEM else None,
            "description": self.description.data or None,
            "min_tier_required": Tier(self.min_tier_required.data) if self.min_tier_required.data else None,
        }


class GrantForm(PrizeForm):
    """A reward for one member, with the last day on which it can be used and the reason."""

    last_day = DayField(_l("Last day"))
    why = Text(_l("Reason"), maximum=200, missing=_l("Please enter a reason. Only staff can read it."))

    def terms(self, product_id: ProductId | None) -> Prize:
        """Return the reward."""
        return Prize(**self.prize(product_id))


class OfferForm(PrizeForm):
    """A reward that members can redeem points for, with its price and its dates."""

    points_cost = WholeField(_l("Price in points"), least=1, most=MOST_POINTS)
    valid_days = WholeField(_l("Valid for, in days"), least=1, most=MOST_DAYS)
    first_day = DayField(_l("First day"))
    last_day = DayField(_l("Last day"))

    def terms(self, product_id: ProductId | None, zone: tzinfo) -> OfferTerms:
        """Return the terms of the offer; days are those of the shop's ``zone``."""
        return OfferTerms(
            **self.prize(product_id),
            points_cost=self.points_cost.data or 0,
            valid_days=self.valid_days.data or 0,
            starts_at=self.first_day.begins(zone),
            ends_at=self.last_day.ends(zone),
        )


class TierForm(CurrencyForm):
    """The requirements and benefits of a tier.

    ``agreed`` names the effect on members that was shown before the change was confirmed.
    """

    factor = Decimal(0)
    qualifying_points = WholeField(_l("Lifetime points"), least=0, most=100 * MOST_POINTS)
    net_spend = AmountField(_l("Net spend"), missing=_l("Please enter an amount, or 0."))
    multiplier = Text(_l("Points per unit spent"), maximum=6, missing=_l("Please enter a number."))
    birthday_points = WholeField(_l("Birthday points"), least=0, most=MOST_POINTS)
    free_shipping = SelectField(_l("Free delivery"), choices=DELIVERY)
    free_shipping_from = AmountField(_l("Free delivery from"), optional=True)
    early_access = BooleanField(_l("Early access to new products"))
    waitlist_first = BooleanField(_l("First on waiting lists"))
    agreed = HiddenField(validators=[Length(max=40)])

    def validate_multiplier(self, field: Field) -> None:
        """Accept a factor above 0 and at most 100 with at most four decimal places."""
        with suppress(ValueError):
            self.factor = formats().parse_number(field.data or "")
        if not 0 < self.factor <= 100 or self.factor * BASIS % 1:
            example = formats().entry(Decimal("1.25"))
            raise StopValidation(
                _("Please enter a number above 0, for example %(example)s.", example=example)
            )

    @property
    def numbers(self) -> TierNumbers:
        """Return the numbers of the tier."""
        return TierNumbers(
            qualifying_points=self.qualifying_points.data or 0,
            net_spend=self.net_spend.minor,
            multiplier_bp=int(self.factor * BASIS),
            birthday_points=self.birthday_points.data or 0,
            free_shipping=TierDelivery(self.free_shipping.data),
            free_shipping_from=self.free_shipping_from.minor,
            early_access=self.early_access.data,
            waitlist_first=self.waitlist_first.data,
        )


def shown_tier(row: LoyaltyTier, currency: str) -> dict[str, object]:
    """Return the values of a tier for its form."""
    return {
        "qualifying_points": row.qualifying_points,
        "net_spend": amount_entry(row.net_spend, currency),
        "multiplier": formats().entry(Decimal(row.multiplier_bp) / BASIS),
        "birthday_points": row.birthday_points,
        "free_shipping": row.free_shipping.value,
        "free_shipping_from": amount_entry(row.free_shipping_from, currency),
        "early_access": row.early_access,
        "waitlist_first": row.waitlist_first,
    }


def shown_prize(offer: RewardOffer, sku: str, currency: str) -> dict[str, object]:
    """Return the reward of an offer as values of a form; ``sku`` is that of its product."""
    values = {
        RewardType.DISCOUNT: lambda: amount_entry(offer.value, currency),
        RewardType.VIP_UPGRADE: lambda: str(offer.value),
    }
    return {
        "name": offer.name,
        "reward_type": offer.reward_type.value,
        "value": values.get(offer.reward_type, str)(),
        "sku": sku,
        "min_tier_required": offer.min_tier_required.value if offer.min_tier_required else "",
        "description": offer.description or "",
    }


def shown_offer(offer: RewardOffer, sku: str, currency: str, zone: tzinfo) -> dict[str, object]:
    """Return the values of an offer for its form."""
    last = offer.ends_at - timedelta(microseconds=1) if offer.ends_at else None
    return {
        **shown_prize(offer, sku, currency),
        "points_cost": offer.points_cost,
        "valid_days": offer.valid_days,
        "first_day": offer.starts_at.astimezone(zone).date() if offer.starts_at else None,
        "last_day": last.astimezone(zone).date() if last else None,
        "key": str(offer.id),
    }
