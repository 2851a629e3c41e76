"""The base class of all forms: validation and normalization of input, without side effects.

Forged requests are refused by their headers (``core.security``), so forms have no CSRF tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Self

from flask import g, has_request_context, request
from wtforms import Field as WTField
from wtforms import Form as WTForm
from wtforms import IntegerField
from wtforms.validators import Email, Optional, StopValidation
from wtforms.widgets import TextInput

from kashcraft.core.errors import DomainError
from kashcraft.core.fields import (
    DataRequired,
    DateField,
    Field,
    HiddenField,
    InputRequired,
    Length,
    StringField,
)
from kashcraft.core.i18n import LazyText, gettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money, decimal_places
from kashcraft.core.settings import formats

# One billion in a currency with three decimal places.
MOST = 10**12
LONGEST_AMOUNT = 12
SPECIAL_CHARACTERS = _l("Please remove special characters.")


def trimmed(text: str | None) -> str | None:
    """Return text without outer whitespace and with single inner spaces; None stays None."""
    return " ".join(text.split()) if text is not None else None


def minor_units(text: str) -> int:
    """Return an amount that a page sent back, in minor units. Raises ValueError for an invalid one."""
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_AMOUNT or int(text) >= MOST:
        raise ValueError(f"not an amount: {text[:20]!r}")
    return int(text)


class Form(WTForm):
    """A WTForms form that is filled from the current request."""

    @classmethod
    def from_request(cls, **options: Any) -> Self:
        """Return the form with the data of the request's body (POST) or query (GET)."""
        return cls(request.args if request.method in ("GET", "HEAD") else request.form, **options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether the input is valid; the fields contain the messages."""
        valid = super().validate(extra_validators)
        if not valid:
            note_refusal()
        return valid

    def wrong_fields(self) -> list[WTField]:
        """Return the fields with errors in their order; of a table of rows the fields in its rows."""
        return [one for item in self if item.errors for one in (getattr(item, "wrong_cells", None) or [item])]

    def refuse(self, error: DomainError, messages: Mapping[str, LazyText]) -> None:
        """Show the refusal of a service beside its field, with the text of ``messages`` for its code.

        A refusal without a field of this form is added to ``form_errors``. Raises the error again when there
        is no text for its code.
        """
        if error.code not in messages:
            raise error
        note_refusal()
        text = messages[error.code].filled(**error.details)
        field = self._fields.get(error.field) if error.field else None
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


class CurrencyForm(Form):
    """A form with amounts of one currency."""

    def __init__(self, *arguments: Any, currency: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.currency = currency


def note_refusal() -> None:
    """Mark the request so that the title of the page says that a form was refused."""
    if has_request_context():
        g.form_refused = True


class Text(StringField):
    """One line of text with normalized spaces, required unless ``optional``, of at most ``maximum``
    characters.
    """

    def __init__(
        self,
        label: str | LazyText,
        *validators: Any,
        maximum: int = 120,
        optional: bool = False,
        missing: str | LazyText = "",
        **options: Any,
    ) -> None:
        checks: list[Any] = [Length(max=maximum, message=gettext("At most %(max)s characters."))]
        if not optional:
            checks.insert(0, DataRequired(missing or gettext("Please fill this in.")))
        options.setdefault("filters", [trimmed])
        super().__init__(label, [*checks, *validators], **options)


def read_amount(text: str, currency: str, *, least: int = 0, most: int = MOST - 1) -> Money:
    """Return the amount in a user's input, within bounds in minor units.

    Raises StopValidation with an example of a valid amount.
    """
    try:
        money = formats().parse_amount(text, currency)
    except ValueError:
        money = None
    if money is None or not least <= money.minor <= most:
        example = Money.from_decimal(Decimal("12.5") if decimal_places(currency) else "1200", currency)
        raise StopValidation(
            gettext("Please enter an amount, for example %(example)s.", example=formats().entry(example))
        )
    return money


class AmountField(Text):
    """An amount in the form's ``currency``, in the notation of the shop's locale.

    Bounds are in minor units. After validation ``money`` is the amount, or None for an empty field.
    """

    def __init__(
        self,
        label: str | LazyText,
        *validators: Any,
        least: int = 0,
        most: int = MOST - 1,
        **options: Any,
    ) -> None:
        self.bounds = {"least": least, "most": most}
        self.money: Money | None = None
        if least >= 0:
            options.setdefault("render_kw", {"inputmode": "decimal"})
        super().__init__(label, *validators, **{"maximum": 24, **options})

    @property
    def minor(self) -> int:
        """Return the amount in minor units, 0 for an empty field."""
        return self.money.minor if self.money else 0

    def pre_validate(self, form: Any) -> None:
        """Read the amount, or refuse it with an example."""
        self.money = read_amount(self.data, form.currency, **self.bounds) if self.data else None


class WeightField(StringField):
    """A weight in kilograms, or in grams with their unit ("500 g"), in the notation of the shop's locale.

    It may be left empty. After validation ``grams`` is the weight, or None for an empty field. ``most`` is in
    grams.
    """

    def __init__(self, label: str | LazyText, *, most: int = 100_000_000, **options: object) -> None:
        self.grams: int | None = None
        self.most = most
        keyboard = {"inputmode": "decimal"}
        checks = [Length(max=24, message=gettext("At most %(max)s characters."))]
        super().__init__(label, checks, filters=[trimmed], render_kw=keyboard, **options)

    def pre_validate(self, form: object) -> None:
        """Read the weight, or refuse it with an example."""
        self.grams = None
        if not self.data:
            return
        try:
            self.grams = formats().parse_weight(self.data)
        except ValueError:
            self.grams = None
        if self.grams is None or self.grams > self.most:
            example = formats().entry(Decimal("0.5"))
            raise StopValidation(
                gettext("Please enter a weight in kilograms, for example %(example)s.", example=example)
            )


class WholeField(Field, IntegerField):
    """A whole number within bounds, in the notation of the shop's locale; required unless ``optional``.

    ``words`` is the message for other input, with ``%(least)s`` and ``%(most)s``. A field that is not sent
    keeps its default.
    """

    widget: Any = TextInput()

    def __init__(
        self,
        label: str | LazyText = "",
        *,
        least: int,
        most: int,
        optional: bool = False,
        missing: str | LazyText = "",
        words: LazyText = _l("A whole number from %(least)s to %(most)s."),
        **options: Any,
    ) -> None:
        self.least, self.most, self.optional, self.missing = least, most, optional, missing
        self.words = words
        if least >= 0:
            options.setdefault("render_kw", {"inputmode": "numeric"})
        super().__init__(label, **options)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else formats().entry(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; other input is refused beside the field."""
        if not valuelist:
            return
        self.data, text = None, valuelist[0].strip()
        if text:
            try:
                # Digits alone mean the same in every locale.
                self.data = int(text) if text.isascii() and text.isdigit() else formats().parse_whole(text)
            except ValueError:
                raise ValueError(self._bounds_message()) from None

    def pre_validate(self, form: Any) -> None:
        """Refuse a missing number and one out of bounds."""
        if self.process_errors:
            raise StopValidation
        if self.data is None:
            if not self.optional:
                raise StopValidation(str(self.missing) or self._bounds_message())
        elif not self.least <= self.data <= self.most:
            raise StopValidation(self._bounds_message())

    def _bounds_message(self) -> str:
        least, most = (formats().number(bound) for bound in (self.least, self.most))
        return self.words.filled(least=least, most=most)


class DayField(DateField):
    """A day in the shop's time zone, from 2000 to 2099.

    It may be left empty, unless ``missing`` is the error of an empty field.
    """

    def __init__(self, label: str | LazyText, *, missing: str | LazyText = "", **options: Any) -> None:
        needed = InputRequired(missing) if missing else Optional()
        super().__init__(label, [needed, _likely_year], **options)

    def begins(self, zone: tzinfo) -> datetime | None:
        """Return the first moment of the day in ``zone``, None for an empty field."""
        return self._midnight(zone, 0)

    def ends(self, zone: tzinfo) -> datetime | None:
        """Return the first moment after the day in ``zone``, None for an empty field."""
        return self._midnight(zone, 1)

    def _midnight(self, zone: tzinfo, later: int) -> datetime | None:
        if self.data is None:
            return None
        return datetime.combine(self.data + timedelta(days=later), time(), zone).astimezone(UTC)


def _likely_year(_: object, field: Field) -> None:
    if field.data is not None and not 2000 <= field.data.year <= 2099:
        raise StopValidation(gettext("Please enter a date from 2000 to 2099."))


class OnceKey(HiddenField):
    """A hidden key that names one sending of a form, so that sending it twice does its work once."""

    def __init__(self, label: str | LazyText = "", *, maximum: int = 60, **options: Any) -> None:
        super().__init__(label, [InputRequired(), Length(max=maximum)], **options)


class VersionField(HiddenField):
    """A hidden name of what the person saw when the form was opened, to refuse changes of something newer."""

    def __init__(self, label: str | LazyText = "", *, maximum: int = 60, **options: Any) -> None:
        super().__init__(label, [Length(max=maximum)], **options)


class EmailText(Text):
    """An e-mail address: its domain in any script, the part before the @ in ASCII."""

    def __init__(
        self,
        label: str | LazyText = _l("E-mail address"),
        *validators: Any,
        missing: str | LazyText = _l("Please enter your e-mail address."),
        **options: Any,
    ) -> None:
        shape = Email(message=gettext("This does not look like an e-mail address."), allow_smtputf8=False)
        options.setdefault("render_kw", {"type": "email"})
        super().__init__(
            label, no_control_characters, shape, *validators, maximum=254, missing=missing, **options
        )


def no_control_characters(_: object, field: Any) -> None:
    """Refuse control characters and line breaks, which could split mail headers."""
    if field.data and any(ord(character) < 32 or ord(character) == 127 for character in field.data):
        raise StopValidation(str(SPECIAL_CHARACTERS))
