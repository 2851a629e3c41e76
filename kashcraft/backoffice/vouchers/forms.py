"""The terms of a voucher, and how many codes of it are made."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from kashcraft.core.fields import (
    BooleanField,
    DataRequired,
    DateTimeLocalField,
    HiddenField,
    InputRequired,
    Length,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    TextAreaField,
)
from kashcraft.core.forms import AmountField, Form, Text, WholeField, read_amount, trimmed
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.money import LARGEST_MINOR, Money
from kashcraft.core.settings import formats
from kashcraft.vouchers.models import DiscountType, Voucher
from kashcraft.vouchers.rules import MOST_AT_ONCE, VoucherInput

WRITTEN = "%Y-%m-%dT%H:%M"
MOST_TIMES = 1_000_000
# Words for the refusals of the service, by code.
REFUSALS = {
    "voucher_code": _l("3 to 40 letters A to Z, digits and dashes, and nothing that reads like a gift card."),
    "voucher_code_taken": _l("Another voucher has this code."),
    "voucher_value": _l("Please enter more than nothing."),
    "voucher_percentage": _l("A percentage is from 1 to 100."),
    "voucher_never": _l("This is more than the voucher takes off, so it would never apply."),
    "voucher_dates": _l("The end comes after the beginning."),
    "voucher_order_values": _l("This is below the lowest order value."),
    "voucher_amount": _l("Please enter an amount above 0."),
    "voucher_limit": _l("Please enter a whole number from 1."),
    "voucher_limit_below_uses": _l("It has been used %(uses)s times already, so the limit cannot be lower."),
    "voucher_fixed_once_used": _l("An order has used this voucher, so this stays as it is."),
    "voucher_changed_meanwhile": _l(
        "Somebody has changed this voucher meanwhile. Please open it again and look at it first."
    ),
}


def value(form: VoucherForm, field: Field) -> None:
    """Read what is taken off into ``form.taken``: minor units, or basis points of at most two places."""
    form.taken = 0
    if form.discount_type.data == DiscountType.FIXED:
        form.taken = read_amount(field.data or "", form.currency, most=LARGEST_MINOR).minor
    else:
        form.taken = _share(field.data or "")
    if not form.taken:
        raise StopValidation(str(REFUSALS["voucher_value"]))


def _share(text: str) -> int:
    try:
        points = formats().parse_number(text) * 100
    except ValueError:
        points = Decimal("0.5")
    if points % 1 or points < 0:
        example = formats().entry(Decimal("12.5"))
        raise StopValidation(_("Please enter a percentage, for example %(example)s.", example=example))
    if 0 < points < 100 or points > 10_000:
        raise StopValidation(str(REFUSALS["voucher_percentage"]))
    return int(points)


def day(_form: Form, field: Field) -> None:
    """Refuse years that nobody means."""
    if field.data is not None and not 2000 <= field.data.year <= 2099:
        raise StopValidation(_("Please enter a date from 2000 to 2099."))


def amount_field(label: LazyText) -> AmountField:
    """Return a field for an amount that may be left empty."""
    return AmountField(label, most=LARGEST_MINOR, optional=True)


def times_field(label: LazyText) -> WholeField:
    """Return a field for a limit that may be left empty."""
    return WholeField(label, least=1, most=MOST_TIMES, optional=True)


def moment_field(label: LazyText) -> DateTimeLocalField:
    """Return a field for a moment in the shop's time zone."""
    return DateTimeLocalField(
        label, [InputRequired(_l("Please enter a day and a time.")), day], format=[WRITTEN, f"{WRITTEN}:%S"]
    )


def story_field(label: LazyText) -> TextAreaField:
    """Return a field for a few lines that may be left empty."""
    return TextAreaField(
        label, [Length(max=1000, message=_l("At most 1,000 characters."))], filters=[trimmed]
    )


class VoucherForm(Form):
    """Every term of a voucher; ``key`` names the act, ``seen`` the last change that was seen.

    ``taken`` is what it takes off once the form is validated: minor units or basis points.
    """

    taken = 0

    name = Text(_l("Name"), maximum=120, missing=_l("Please enter a name."))
    code = Text(_l("Code"), optional=True, maximum=40)
    discount_type = RadioField(
        _l("Takes off"),
        choices=[
            SelectChoice(DiscountType.PERCENTAGE.value, _l("A percentage")),
            SelectChoice(DiscountType.FIXED.value, _l("An amount")),
        ],
        default=DiscountType.PERCENTAGE.value,
    )
    discount_value = Text(_l("How much"), value, maximum=16, missing=_l("Please enter how much."))
    max_discount = amount_field(_l("At most"))
    min_discount = amount_field(_l("At least worth"))
    min_order_value = amount_field(_l("Orders from"))
    max_order_value = amount_field(_l("Orders up to"))
    categories = SelectMultipleField(
        _l("Categories"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    excluded = TextAreaField(_l("Excluded pieces"), [Length(max=4000)])
    start_date = moment_field(_l("Begins"))
    expires_at = moment_field(_l("Ends"))
    max_usages = times_field(_l("Times in all"))
    max_usage_per_user = times_field(_l("Times per customer"))
    automatic = BooleanField(_l("Applies by itself, without its code"))
    is_active = BooleanField(_l("Switched on"), default=True)
    campaign = Text(_l("Campaign"), optional=True, maximum=120)
    description = story_field(_l("Description"))
    notes = story_field(_l("Notes"))
    key = HiddenField("Key", [DataRequired(), Length(max=60)])
    seen = HiddenField("Seen", [Length(max=36)])

    def __init__(
        self, *arguments: Any, currency: str, shelves: Collection[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.currency = currency
        self.categories.choices = [SelectChoice(*shelf) for shelf in shelves]

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether the terms make sense together, and nothing belongs to the other kind of discount."""
        valid = super().validate(extra_validators)
        fixed = self.discount_type.data == DiscountType.FIXED
        field = self.max_discount if fixed else self.min_discount
        if field.data:
            kind = _("a percentage") if fixed else _("an amount")
            field.errors = [_("Only a voucher over %(kind)s has this. Please leave it empty.", kind=kind)]
            return False
        return valid

    def refuse_an_end_before(self, moment: datetime) -> bool:
        """Return whether the voucher ends after ``moment``, and say so beside the field where it does not."""
        end = self.expires_at.data
        if end is None or self.expires_at.errors or end > moment.replace(tzinfo=None):
            return True
        self.expires_at.errors = [_("This is over already.")]
        return False

    @property
    def names(self) -> list[str]:
        """Return the article numbers and page names of the pieces to leave out, as typed, each once."""
        typed = re.split(r"[\r\n,;]+", self.excluded.data or "")
        return list(dict.fromkeys(name.strip() for name in typed if name.strip()))

    @property
    def last_seen(self) -> UUID | None:
        """Return the last change of the voucher that was seen, None where that is not told."""
        try:
            return UUID(self.seen.data) if self.seen.data else None
        except ValueError:
            return None

    def facts(
        self, *, zone: tzinfo, excluded: Collection[ProductId], kept: Voucher | None = None
    ) -> VoucherInput:
        """Return the terms as the service takes them; ``kept`` is the voucher as it stands."""
        fixed = self.discount_type.data == DiscountType.FIXED
        currency = kept.currency if kept and kept.currency else self.currency
        return VoucherInput(
            name=self.name.data or "",
            code=self.code.data or None,
            discount_type=DiscountType(self.discount_type.data),
            discount_value=self.taken,
            currency=currency if fixed else None,
            max_discount=self._amount("max_discount"),
            min_discount=self._amount("min_discount"),
            min_order_value=self._amount("min_order_value") or 0,
            max_order_value=self._amount("max_order_value"),
            category_ids=tuple(CategoryId(UUID(one)) for one in self.categories.data or ()),
            excluded_product_ids=tuple(excluded),
            start_date=_moment(self.start_date.data, zone, kept.start_date if kept else None),
            expires_at=_moment(self.expires_at.data, zone, kept.expires_at if kept else None),
            max_usages=self.max_usages.data,
            max_usage_per_user=self.max_usage_per_user.data,
            requires_code=not self.automatic.data,
            is_active=bool(self.is_active.data),
            campaign=self.campaign.data or None,
            description=self.description.data or None,
            notes=self.notes.data or None,
        )

    def _amount(self, name: str) -> int | None:
        field = getattr(self, name)
        return field.minor if field.data else None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form of a voucher is filled with, by the names of its fields."""

    voucher: Voucher
    zone: tzinfo
    currency: str

    def values(self, *, excluded: Collection[str]) -> dict[str, object]:
        """Return the terms as people type them; ``excluded`` are the names of the pieces left out."""
        voucher = self.voucher
        same = {
            name: getattr(voucher, name)
            for name in ("name", "code", "discount_type", "max_usages", "max_usage_per_user", "is_active",
                         "campaign", "description", "notes")
        }  # fmt: skip
        amounts = {
            name: self._written(getattr(voucher, name))
            for name in ("max_discount", "min_discount", "min_order_value", "max_order_value")
        }
        is_share = voucher.discount_type is DiscountType.PERCENTAGE
        share = formats().entry(_plain(Decimal(voucher.discount_value) / 100))
        return {
            **same,
            **amounts,
            "discount_value": share if is_share else self._written(voucher.discount_value),
            "categories": [str(one) for one in voucher.applicable_categories],
            "excluded": "\n".join(excluded),
            "start_date": voucher.start_date.astimezone(self.zone),
            "expires_at": voucher.expires_at.astimezone(self.zone),
            "automatic": not voucher.requires_code,
        }

    def _written(self, minor: int | None) -> str:
        return formats().entry(Money(minor, self.currency)) if minor else ""


def _plain(number: Decimal) -> Decimal:
    """Return the number without idle places: 12.50 as 12.5, 10.00 as 10."""
    return number.quantize(Decimal(1)) if number == int(number) else number.normalize()


class CodesForm(Form):
    """How many codes are made, and how often each works; ``key`` names the act."""

    count = WholeField(_l("How many codes"), least=1, most=MOST_AT_ONCE, missing=_l("Please enter how many."))
    max_usages = WholeField(
        _l("Times each code works"),
        least=1,
        most=MOST_TIMES,
        missing=_l("Please enter how often."),
        default=1,
    )
    key = HiddenField("Key", [DataRequired(), Length(max=60)])


def usual_terms(zone: tzinfo, now: datetime) -> dict[str, object]:
    """Return what the form of a new voucher begins with: once per customer, for thirty days, to midnight."""
    start = now.astimezone(zone).replace(second=0, microsecond=0)
    end = (start + timedelta(days=31)).replace(hour=0, minute=0)
    return {"start_date": start, "expires_at": end, "max_usage_per_user": 1}


def _moment(entered: datetime | None, zone: tzinfo, kept: datetime | None) -> datetime:
    """Return a moment that was typed to the minute; one that was left as it is keeps its seconds."""
    if entered is None:
        raise ValueError("a moment that was not checked")
    if kept is not None and kept.astimezone(zone).strftime(WRITTEN) == entered.strftime(WRITTEN):
        return kept
    return entered.replace(tzinfo=zone).astimezone(UTC)
