"""Forms of vouchers: their terms, and codes in bulk."""

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
    DateTimeLocalField,
    InputRequired,
    Length,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    TextAreaField,
)
from kashcraft.core.forms import (
    AmountField,
    CurrencyForm,
    Form,
    OnceKey,
    Text,
    VersionField,
    WholeField,
    read_amount,
    trimmed,
)
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
# Texts for the refusals of the services, by code.
REFUSALS = {
    "voucher_code": _l("3 to 40 letters A to Z, digits and dashes, and nothing that reads like a gift card."),
    "voucher_code_taken": _l("Another voucher has this code."),
    "voucher_value": _l("Please enter more than 0."),
    "voucher_percentage": _l("A percentage is from 1 to 100."),
    "voucher_never": _l("This is more than the discount, so the voucher would never apply."),
    "voucher_dates": _l("The end must be after the start."),
    "voucher_order_values": _l("This is below the minimum order."),
    "voucher_amount": _l("Please enter an amount above 0."),
    "voucher_limit": _l("Please enter a whole number from 1."),
    "voucher_limit_below_uses": _l("It was used %(uses)s times, so the limit cannot be lower."),
    "voucher_fixed_once_used": _l("An order has used this voucher, so this cannot be changed."),
    "voucher_changed_meanwhile": _l("Someone else has changed this voucher. Please open it again."),
    "voucher_automatic": _l("An automatic voucher needs no codes."),
}


def value(form: VoucherForm, field: Field) -> None:
    """Read the discount into ``form.discount``: minor units, or basis points of at most two places."""
    form.discount = 0
    if form.discount_type.data == DiscountType.FIXED:
        form.discount = read_amount(field.data or "", form.currency, most=LARGEST_MINOR).minor
    else:
        form.discount = _share(field.data or "")
    if not form.discount:
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
    """Refuse years before 2000 and after 2099."""
    if field.data is not None and not 2000 <= field.data.year <= 2099:
        raise StopValidation(_("Please enter a date from 2000 to 2099."))


def amount_field(label: LazyText) -> AmountField:
    """Return an optional field for an amount."""
    return AmountField(label, most=LARGEST_MINOR, optional=True)


def times_field(label: LazyText) -> WholeField:
    """Return an optional field for a limit of uses."""
    return WholeField(label, least=1, most=MOST_TIMES, optional=True)


def moment_field(label: LazyText) -> DateTimeLocalField:
    """Return a field for a day and a time in the shop's time zone."""
    return DateTimeLocalField(
        label, [InputRequired(_l("Please enter a day and a time.")), day], format=[WRITTEN, f"{WRITTEN}:%S"]
    )


def lines_field(label: LazyText) -> TextAreaField:
    """Return an optional field for a few lines of text."""
    return TextAreaField(
        label, [Length(max=1000, message=_l("At most 1,000 characters."))], filters=[trimmed]
    )


class VoucherForm(CurrencyForm):
    """The terms of a voucher. ``seen`` is the latest change when the form was opened.

    ``discount`` is set by validation: minor units of an amount, or basis points of a percentage.
    """

    discount = 0

    name = Text(_l("Name"), maximum=120, missing=_l("Please enter a name."))
    code = Text(_l("Code"), optional=True, maximum=40)
    discount_type = RadioField(
        _l("Discount type"),
        choices=[
            SelectChoice(DiscountType.PERCENTAGE.value, _l("Percentage off")),
            SelectChoice(DiscountType.FIXED.value, _l("Amount off")),
        ],
        default=DiscountType.PERCENTAGE.value,
    )
    discount_value = Text(_l("Discount"), value, maximum=16, missing=_l("Please enter the discount."))
    max_discount = amount_field(_l("Maximum discount"))
    min_discount = amount_field(_l("Minimum discount"))
    min_order_value = amount_field(_l("Minimum order"))
    max_order_value = amount_field(_l("Maximum order"))
    categories = SelectMultipleField(
        _l("Categories"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    excluded = TextAreaField(_l("Excluded products"), [Length(max=4000)])
    start_date = moment_field(_l("Starts"))
    expires_at = moment_field(_l("Ends"))
    max_usages = times_field(_l("Total uses"))
    max_usage_per_user = times_field(_l("Uses per customer"))
    automatic = BooleanField(_l("Automatic: applies without its code"))
    is_active = BooleanField(_l("Active"), default=True)
    campaign = Text(_l("Campaign"), optional=True, maximum=120)
    description = lines_field(_l("Description"))
    notes = lines_field(_l("Notes"))
    key = OnceKey()
    seen = VersionField(maximum=36)

    def __init__(
        self, *arguments: Any, currency: str, categories: Collection[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*arguments, currency=currency, **options)
        self.categories.choices = [SelectChoice(*category) for category in categories]

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether every term is valid, and none belongs to the other type of discount."""
        valid = super().validate(extra_validators)
        fixed = self.discount_type.data == DiscountType.FIXED
        field = self.max_discount if fixed else self.min_discount
        if field.data:
            kind = _("percentages") if fixed else _("amounts")
            field.errors = [_("This is only for %(kind)s. Please leave it empty.", kind=kind)]
            return False
        return valid

    def refuse_an_end_before(self, moment: datetime) -> bool:
        """Return whether the voucher ends after ``moment``; otherwise its field shows the error."""
        end = self.expires_at.data
        if end is None or self.expires_at.errors or end > moment.replace(tzinfo=None):
            return True
        self.expires_at.errors = [_("This is in the past.")]
        return False

    @property
    def names(self) -> list[str]:
        """Return the SKUs and slugs of the excluded products as typed, each once."""
        typed = re.split(r"[\r\n,;]+", self.excluded.data or "")
        return list(dict.fromkeys(name.strip() for name in typed if name.strip()))

    @property
    def last_seen(self) -> UUID | None:
        """Return the latest change when the form was opened, or None."""
        try:
            return UUID(self.seen.data) if self.seen.data else None
        except ValueError:
            return None

    def terms(
        self, *, zone: tzinfo, excluded: Collection[ProductId], current: Voucher | None = None
    ) -> VoucherInput:
        """Return the terms for the services; ``current`` is the stored voucher."""
        fixed = self.discount_type.data == DiscountType.FIXED
        currency = current.currency if current and current.currency else self.currency
        return VoucherInput(
            name=self.name.data or "",
            code=self.code.data or None,
            discount_type=DiscountType(self.discount_type.data),
            discount_value=self.discount,
            currency=currency if fixed else None,
            max_discount=self._amount("max_discount"),
            min_discount=self._amount("min_discount"),
            min_order_value=self._amount("min_order_value") or 0,
            max_order_value=self._amount("max_order_value"),
            category_ids=tuple(CategoryId(UUID(one)) for one in self.categories.data or ()),
            excluded_product_ids=tuple(excluded),
            start_date=_moment(self.start_date.data, zone, current.start_date if current else None),
            expires_at=_moment(self.expires_at.data, zone, current.expires_at if current else None),
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
class VoucherValues:
    """The terms of a stored voucher as values of its form."""

    voucher: Voucher
    zone: tzinfo
    currency: str

    def values(self, *, excluded: Collection[str]) -> dict[str, object]:
        """Return the values by field; ``excluded`` are the SKUs and slugs of the excluded products."""
        voucher = self.voucher
        same = {
            name: getattr(voucher, name)
            for name in ("name", "code", "discount_type", "max_usages", "max_usage_per_user", "is_active",
                         "campaign", "description", "notes")
        }  # fmt: skip
        amounts = {
            name: self._entry(getattr(voucher, name))
            for name in ("max_discount", "min_discount", "min_order_value", "max_order_value")
        }
        is_share = voucher.discount_type is DiscountType.PERCENTAGE
        share = formats().entry(_plain(Decimal(voucher.discount_value) / 100))
        return {
            **same,
            **amounts,
            "discount_value": share if is_share else self._entry(voucher.discount_value),
            "categories": [str(one) for one in voucher.applicable_categories],
            "excluded": "\n".join(excluded),
            "start_date": voucher.start_date.astimezone(self.zone),
            "expires_at": voucher.expires_at.astimezone(self.zone),
            "automatic": not voucher.requires_code,
        }

    def _entry(self, minor: int | None) -> str:
        return formats().entry(Money(minor, self.currency)) if minor else ""


def _plain(number: Decimal) -> Decimal:
    """Return the number without trailing zeros: 12.50 as 12.5, 10.00 as 10."""
    return number.quantize(Decimal(1)) if number == int(number) else number.normalize()


class CodesForm(Form):
    """The number of codes to create, and the uses of each."""

    count = WholeField(_l("Codes"), least=1, most=MOST_AT_ONCE, missing=_l("Please enter how many."))
    max_usages = WholeField(
        _l("Uses per code"),
        least=1,
        most=MOST_TIMES,
        missing=_l("Please enter a number of uses."),
        default=1,
    )
    key = OnceKey()


def default_terms(zone: tzinfo, now: datetime) -> dict[str, object]:
    """Return the values of the form of a new voucher: once per customer, for thirty days, until midnight."""
    start = now.astimezone(zone).replace(second=0, microsecond=0)
    end = (start + timedelta(days=31)).replace(hour=0, minute=0)
    return {"start_date": start, "expires_at": end, "max_usage_per_user": 1}


def _moment(entered: datetime | None, zone: tzinfo, current: datetime | None) -> datetime:
    """Return the entered moment, or ``current`` with its seconds where it is the same to the minute."""
    if entered is None:
        raise ValueError("the field was not validated")
    if current is not None and current.astimezone(zone).strftime(WRITTEN) == entered.strftime(WRITTEN):
        return current
    return entered.replace(tzinfo=zone).astimezone(UTC)
