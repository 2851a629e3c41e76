"""What staff type about the loyalty programme: a correction, a reward, an offer, the numbers of a tier."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from kashcraft.core.context import formats
from kashcraft.core.forms import MOST, Form, Text, trimmed
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.loyalty.models import FreeShipping, LoyaltyTier, RewardOffer, RewardType, Tier
from kashcraft.loyalty.services import OfferTerms, Prize, TierNumbers

MOST_POINTS = 1_000_000
MOST_MONTHS = 24
MOST_DAYS = 3_650
BASIS = 10_000
# Words for the refusals of the services, by code.
REFUSALS: dict[str, str] = {
    "points_short": _l("The balance is {balance}, so no more than that can be taken away."),
    "nothing_to_adjust": _l("Please enter a number other than 0."),
    "reason_missing": _l("Please say why."),
    "own_membership": _l("This membership is your own. Please have somebody else do it."),
    "reward_without_value": _l("Please enter what it is worth."),
    "reward_without_product": _l("Please name the piece by its article number."),
    "offer_dates": _l("The last day comes after the first."),
    "tier_order": _l(
        "The tiers have to rise: each asks for more points than the one below it and for no less spend."
    ),
}
KINDS = [
    SelectChoice(RewardType.DISCOUNT.value, _l("A discount")),
    SelectChoice(RewardType.FREE_SHIPPING.value, _l("Free standard delivery")),
    SelectChoice(RewardType.FREE_ITEM.value, _l("A free piece")),
    SelectChoice(RewardType.VIP_UPGRADE.value, _l("Months in the next tier")),
]
TIERS = [
    SelectChoice("", _l("Every member")),
    *(SelectChoice(tier.value, _l("%s members and above") % tier.value.title()) for tier in Tier),
]
DELIVERY = [
    SelectChoice(FreeShipping.NONE.value, _l("None")),
    SelectChoice(FreeShipping.STANDARD.value, _l("Standard")),
    SelectChoice(FreeShipping.EXPRESS.value, _l("Express too")),
]


def whole(label: str, least: int, most: int) -> IntegerField:
    """Return a field for a whole number within bounds."""

    def within(_form: Any, field: Any) -> None:
        if field.errors or field.data is None or not least <= field.data <= most:
            bounds = {"least": formats().number(least), "most": formats().number(most)}
            field.errors = []
            raise StopValidation(_("A whole number from %(least)s to %(most)s.", **bounds))

    return IntegerField(label, [within])


def amount(form: Any, field: Any) -> None:
    """Refuse what is no amount of the shop's currency."""
    try:
        good = 0 <= Money.from_decimal(field.data, form.currency).minor < MOST
    except ValueError:
        good = False
    if not good:
        raise StopValidation(_("Please enter an amount, for example 12.50."))


def worth(form: Any, field: Any) -> None:
    """Refuse what is no amount for a discount and no number of months for an upgrade."""
    kind, text = form.reward_type.data, field.data or ""
    if kind == RewardType.DISCOUNT:
        amount(form, field)
        if not form.minor(field):
            raise StopValidation(str(REFUSALS["reward_without_value"]))
    if kind == RewardType.VIP_UPGRADE and not (
        re.fullmatch(r"\d{1,2}", text, re.ASCII) and 1 <= int(text) <= MOST_MONTHS
    ):
        raise StopValidation(_("Please enter the months, from 1 to %(most)s.", most=MOST_MONTHS))


def day(_form: Any, field: Any) -> None:
    """Refuse years that nobody means."""
    if field.data is not None and not 2000 <= field.data.year <= 2099:
        raise StopValidation(_("Please enter a date from 2000 to 2099."))


def day_field(label: str) -> DateField:
    """Return a field for a day that may be left empty."""
    return DateField(label, [Optional(), day])


def midnight(value: date | None, zone: tzinfo, *, after: int = 0) -> datetime | None:
    """Return when a day begins in the shop's time zone, so many days later, or None without a day."""
    return datetime.combine(value + timedelta(days=after), time(), zone).astimezone(UTC) if value else None


def written(minor: int, currency: str) -> str:
    """Return an amount as the field takes it."""
    return str(Money(minor, currency).amount)


class CurrencyForm(Form):
    """A form with amounts of the shop's currency."""

    def __init__(self, *arguments: Any, currency: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.currency = currency

    def minor(self, field: Any) -> int:
        """Return what a field with an amount holds, in minor units; 0 for nothing."""
        return Money.from_decimal(field.data, self.currency).minor if field.data else 0


class AdjustForm(Form):
    """Points that are added or taken away; ``key`` names the act, so that sending it twice does it once."""

    points = IntegerField(
        _l("Points"),
        [
            InputRequired(_l("Please enter how many points.")),
            NumberRange(-MOST_POINTS, MOST_POINTS, _l("At most a million points at a time.")),
        ],
    )
    reason = Text(_l("Reason"), maximum=200, missing=_l("Please say why, the member reads it."))
    key = HiddenField(validators=[InputRequired(), Length(max=40)])


class PrizeForm(CurrencyForm):
    """What a reward gives; ``key`` becomes its id."""

    name = Text(_l("Name"), maximum=120, missing=_l("Please enter a name, members read it."))
    reward_type = SelectField(_l("Gives"), choices=KINDS)
    value = Text(_l("Worth"), worth, optional=True, maximum=16)
    piece = Text(_l("Article number of the piece"), optional=True, maximum=64)
    min_tier_required = SelectField(_l("For"), choices=TIERS)
    description = TextAreaField(
        _l("Description"), [Length(max=500, message=_l("At most 500 characters."))], filters=[trimmed]
    )
    key = HiddenField(validators=[InputRequired(), Length(max=36)])

    @property
    def act(self) -> UUID | None:
        """Return the id that ``key`` names, or None where it was tampered with."""
        try:
            return UUID(self.key.data)
        except ValueError:
            return None

    @property
    def names_piece(self) -> bool:
        """Return whether the reward is a piece."""
        return bool(self.reward_type.data == RewardType.FREE_ITEM)

    def prize(self, product_id: UUID | None) -> dict[str, Any]:
        """Return what the reward gives, by the names of ``Prize``; only what its kind has."""
        kind = RewardType(self.reward_type.data)
        value = {
            RewardType.DISCOUNT: lambda: self.minor(self.value),
            RewardType.VIP_UPGRADE: lambda: int(self.value.data or 0),
        }.get(kind, lambda: 0)()
        return {
            "name": self.name.data,
            "reward_type": kind,
            "value": value,
            "product_id": product_id if kind is RewardType.FREE_ITEM else None,
            "description": self.description.data or None,
            "min_tier_required": Tier(self.min_tier_required.data) if self.min_tier_required.data else None,
        }


class GrantForm(PrizeForm):
    """A reward for one member, with the last day on which it can be used and why it is given."""

    last_day = day_field(_l("Last day"))
    why = Text(_l("Reason"), maximum=200, missing=_l("Please say why, other staff read it."))

    def terms(self, product_id: UUID | None) -> Prize:
        """Return what is given."""
        return Prize(**self.prize(product_id))


class OfferForm(PrizeForm):
    """A reward on the list, with its price and time."""

    points_cost = whole(_l("Costs, in points"), 1, MOST_POINTS)
    valid_days = whole(_l("Days to use it"), 1, MOST_DAYS)
    first_day = day_field(_l("First day on the list"))
    last_day = day_field(_l("Last day on the list"))

    def terms(self, product_id: UUID | None, zone: tzinfo) -> OfferTerms:
        """Return the terms of the offer; days are those of the shop's ``zone``."""
        return OfferTerms(
            **self.prize(product_id),
            points_cost=self.points_cost.data or 0,
            valid_days=self.valid_days.data or 0,
            starts_at=midnight(self.first_day.data, zone),
            ends_at=midnight(self.last_day.data, zone, after=1),
        )


class TierForm(CurrencyForm):
    """What a tier asks for and gives; ``agreed`` is how many members rise and fall, as it was shown."""

    qualifying_points = whole(_l("Lifetime points"), 0, 100 * MOST_POINTS)
    net_spend = Text(_l("Net spend"), amount, maximum=16, missing=_l("Please enter an amount, or 0."))
    multiplier = Text(_l("Points for each unit spent"), maximum=6, missing=_l("Please enter a number."))
    birthday_points = whole(_l("Points on the birthday"), 0, MOST_POINTS)
    free_shipping = SelectField(_l("Free delivery"), choices=DELIVERY)
    free_shipping_from = Text(_l("Free delivery from"), Optional(), amount, optional=True, maximum=16)
    early_access = BooleanField(_l("Early access to new pieces"))
    waitlist_first = BooleanField(_l("First on every waiting list"))
    agreed = HiddenField(validators=[Length(max=40)])

    def validate_multiplier(self, field: Any) -> None:
        """Refuse what is no factor from 0.01 to 100 with at most four places."""
        text = field.data or ""
        if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text, re.ASCII) or not 0 < Decimal(text) <= 100:
            raise StopValidation(_("Please enter a number above 0, for example 1.25."))

    @property
    def numbers(self) -> TierNumbers:
        """Return the numbers of the tier."""
        return TierNumbers(
            qualifying_points=self.qualifying_points.data or 0,
            net_spend=self.minor(self.net_spend),
            multiplier_bp=int(Decimal(self.multiplier.data or "0") * BASIS),
            birthday_points=self.birthday_points.data or 0,
            free_shipping=FreeShipping(self.free_shipping.data),
            free_shipping_from=self.minor(self.free_shipping_from),
            early_access=self.early_access.data,
            waitlist_first=self.waitlist_first.data,
        )


def shown_tier(row: LoyaltyTier, currency: str) -> dict[str, Any]:
    """Return a tier as its form shows it."""
    return {
        "qualifying_points": row.qualifying_points,
        "net_spend": written(row.net_spend, currency),
        "multiplier": f"{Decimal(row.multiplier_bp) / BASIS:f}",
        "birthday_points": row.birthday_points,
        "free_shipping": row.free_shipping.value,
        "free_shipping_from": written(row.free_shipping_from, currency),
        "early_access": row.early_access,
        "waitlist_first": row.waitlist_first,
    }


def shown_prize(offer: RewardOffer, piece: str, currency: str) -> dict[str, Any]:
    """Return what an offer gives as the forms of rewards show it; ``piece`` is its article number."""
    values = {
        RewardType.DISCOUNT: lambda: written(offer.value, currency),
        RewardType.VIP_UPGRADE: lambda: str(offer.value),
    }
    return {
        "name": offer.name,
        "reward_type": offer.reward_type.value,
        "value": values.get(offer.reward_type, str)(),
        "piece": piece,
        "min_tier_required": offer.min_tier_required.value if offer.min_tier_required else "",
        "description": offer.description or "",
    }


def shown_offer(offer: RewardOffer, piece: str, currency: str, zone: tzinfo) -> dict[str, Any]:
    """Return an offer as its form shows it."""
    last = offer.ends_at - timedelta(microseconds=1) if offer.ends_at else None
    return {
        **shown_prize(offer, piece, currency),
        "points_cost": offer.points_cost,
        "valid_days": offer.valid_days,
        "first_day": offer.starts_at.astimezone(zone).date() if offer.starts_at else None,
        "last_day": last.astimezone(zone).date() if last else None,
        "key": str(offer.id),
    }
