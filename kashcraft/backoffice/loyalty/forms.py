"""What staff type about the loyalty programme: a correction, a reward, an offer, the numbers of a tier."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from wtforms import Field
from wtforms.validators import Optional, StopValidation

from kashcraft.core.fields import (
    BooleanField,
    DateField,
    HiddenField,
    InputRequired,
    Length,
    SelectChoice,
    SelectField,
    TextAreaField,
)
from kashcraft.core.forms import AmountField, Form, Text, WholeField, read_amount, trimmed
from kashcraft.core.i18n import LazyText
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
# Words for the refusals of the services, by code.
REFUSALS = {
    "points_short": _l("The balance is %(balance)s, so no more than that can be taken away."),
    "nothing_to_adjust": _l("Please enter a number other than 0."),
    "reason_missing": _l("Please say why."),
    "own_membership": _l("This membership is your own. Please have somebody else do it."),
    "reward_without_value": _l("Please enter what it is worth."),
    "reward_without_product": _l("Please enter the SKU of the product."),
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
DELIVERY = [
    SelectChoice(TierDelivery.NONE.value, _l("None")),
    SelectChoice(TierDelivery.STANDARD.value, _l("Standard")),
    SelectChoice(TierDelivery.EXPRESS.value, _l("Express too")),
]


def tier_choices() -> list[SelectChoice]:
    """Return for whom a reward may be, in words."""
    tiers = [SelectChoice(tier.value, _("%(tier)s members and above", tier=tier_name(tier))) for tier in Tier]
    return [SelectChoice("", _("Every member")), *tiers]


def worth(form: OfferForm, field: Field) -> None:
    """Read the amount of a discount or the months of an upgrade into ``form.read_worth``, or refuse it."""
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


def day(_form: Form, field: Field) -> None:
    """Refuse years that nobody means."""
    if field.data is not None and not 2000 <= field.data.year <= 2099:
        raise StopValidation(_("Please enter a date from 2000 to 2099."))


def day_field(label: LazyText) -> DateField:
    """Return a field for a day that may be left empty."""
    return DateField(label, [Optional(), day])


def midnight(value: date | None, zone: tzinfo, *, after: int = 0) -> datetime | None:
    """Return when a day begins in the shop's time zone, so many days later, or None without a day."""
    return datetime.combine(value + timedelta(days=after), time(), zone).astimezone(UTC) if value else None


def written(minor: int, currency: str) -> str:
    """Return an amount as the field takes it."""
    return formats().entry(Money(minor, currency))


class CurrencyForm(Form):
    """A form with amounts of the shop's currency."""

    def __init__(self, *arguments: Any, currency: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.currency = currency


class AdjustPointsForm(Form):
    """Points that are added or taken away; ``key`` names the act, so that sending it twice does it once."""

    points = WholeField(
        _l("Points"), least=-MOST_POINTS, most=MOST_POINTS, missing=_l("Please enter how many points.")
    )
    reason = Text(_l("Reason"), maximum=200, missing=_l("Please say why, the member reads it."))
    key = HiddenField(validators=[InputRequired(), Length(max=40)])


class PrizeForm(CurrencyForm):
    """What a reward gives; ``key`` becomes its id, ``read_worth`` is what the value comes to."""

    read_worth = 0

    name = Text(_l("Name"), maximum=120, missing=_l("Please enter a name, members read it."))
    reward_type = SelectField(_l("Gives"), choices=KINDS)
    value = Text(_l("Worth"), worth, optional=True, maximum=16)
    piece = Text(_l("SKU of the product"), optional=True, maximum=64)
    min_tier_required = SelectField(_l("For"), choices=tier_choices)
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

    def prize(self, product_id: ProductId | None) -> dict[str, Any]:
        """Return what the reward gives, by the names of ``Prize``; only what its kind has."""
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
    """A reward for one member, with the last day on which it can be used and why it is given."""

    last_day = day_field(_l("Last day"))
    why = Text(_l("Reason"), maximum=200, missing=_l("Please say why, other staff read it."))

    def terms(self, product_id: ProductId | None) -> Prize:
        """Return what is given."""
        return Prize(**self.prize(product_id))


class OfferForm(PrizeForm):
    """A reward on the list, with its price and time."""

    points_cost = WholeField(_l("Costs, in points"), least=1, most=MOST_POINTS)
    valid_days = WholeField(_l("Days to use it"), least=1, most=MOST_DAYS)
    first_day = day_field(_l("First day on the list"))
    last_day = day_field(_l("Last day on the list"))

    def terms(self, product_id: ProductId | None, zone: tzinfo) -> OfferTerms:
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

    factor = Decimal(0)
    qualifying_points = WholeField(_l("Lifetime points"), least=0, most=100 * MOST_POINTS)
    net_spend = AmountField(_l("Net spend"), missing=_l("Please enter an amount, or 0."))
    multiplier = Text(_l("Points for each unit spent"), maximum=6, missing=_l("Please enter a number."))
    birthday_points = WholeField(_l("Points on the birthday"), least=0, most=MOST_POINTS)
    free_shipping = SelectField(_l("Free delivery"), choices=DELIVERY)
    free_shipping_from = AmountField(_l("Free delivery from"), optional=True)
    early_access = BooleanField(_l("Early access to new pieces"))
    waitlist_first = BooleanField(_l("First on every waiting list"))
    agreed = HiddenField(validators=[Length(max=40)])

    def validate_multiplier(self, field: Field) -> None:
        """Refuse what is no factor from 0.01 to 100 with at most four places."""
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
    """Return a tier as its form shows it."""
    return {
        "qualifying_points": row.qualifying_points,
        "net_spend": written(row.net_spend, currency),
        "multiplier": formats().entry(Decimal(row.multiplier_bp) / BASIS),
        "birthday_points": row.birthday_points,
        "free_shipping": row.free_shipping.value,
        "free_shipping_from": written(row.free_shipping_from, currency),
        "early_access": row.early_access,
        "waitlist_first": row.waitlist_first,
    }


def shown_prize(offer: RewardOffer, piece: str, currency: str) -> dict[str, object]:
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


def shown_offer(offer: RewardOffer, piece: str, currency: str, zone: tzinfo) -> dict[str, object]:
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
