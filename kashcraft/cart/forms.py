"""The forms of the cart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from wtforms.validators import Optional as MayBeEmpty
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

from kashcraft.cart.rules import MAX_DAYS_AHEAD, MAX_MESSAGE_LENGTH, MAX_QUANTITY, Gift
from kashcraft.core.fields import (
    BooleanField,
    DateField,
    Field,
    InputRequired,
    Length,
    RadioField,
    SelectChoice,
    TextAreaField,
)
from kashcraft.core.forms import EmailText, Form, Text, WholeField, no_control_characters
from kashcraft.core.i18n import gettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import formats

OUT_OF_RANGE = _l("Please enter a number between %(least)s and %(most)s.")


class Identifier(Field):
    """The id of a row, read as a UUID."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the id. Anything but a UUID is an error of the field."""
        self.data = None
        if valuelist and valuelist[0]:
            try:
                self.data = UUID(valuelist[0])
            except ValueError:
                raise ValueError(gettext("This item does not exist.")) from None


class AddForm(Form):
    """A product or variant and its quantity; ``product_id`` is empty until a variant is selected."""

    product_id = Identifier(_l("Piece"), [InputRequired(_l("Please choose an option first."))])
    quantity = WholeField(_l("Quantity"), least=1, most=MAX_QUANTITY, words=OUT_OF_RANGE, default=1)

    @property
    def problem(self) -> str:
        """Return the first error as one sentence."""
        return str([*self.product_id.errors, *self.quantity.errors][0])


class RestoreForm(AddForm):
    """A removed line: its id, and whether it was saved for later."""

    line_id = Identifier(_l("Line"), [MayBeEmpty()])
    was_saved = BooleanField(_l("Saved for later"))


class QuantityForm(Form):
    """The new quantity of a line; 0 removes the line."""

    quantity = WholeField(_l("Quantity"), least=0, most=MAX_QUANTITY, words=OUT_OF_RANGE)


FOR_RECIPIENT, FOR_ME = "somebody", "me"


def _plain_lines(text: str | None) -> str:
    """Return a message with uniform line breaks and without surrounding blanks."""
    lines = (text or "").replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _printable(_: Any, field: Any) -> None:
    if any(ord(character) < 32 and character != "\n" for character in field.data or ""):
        raise StopValidation(gettext("Please remove special characters."))


class GiftForm(AddForm):
    """A gift card: its amount, recipient, message, design and delivery date."""

    design = RadioField(_l("Design"), choices=[])
    whom = RadioField(
        _l("Who is it for"),
        choices=[SelectChoice(FOR_RECIPIENT, _l("Somebody else")), SelectChoice(FOR_ME, _l("Me"))],
        default=FOR_RECIPIENT,
    )
    recipient_name = Text(
        _l("Their name"), no_control_characters, maximum=120, missing=_l("Enter their name.")
    )
    recipient_email = EmailText(_l("Their e-mail address"), missing=_l("Enter their e-mail address."))
    message = TextAreaField(
        _l("Message"),
        [Length(max=MAX_MESSAGE_LENGTH, message=_l("At most %(max)s characters.")), _printable],
        filters=[_plain_lines],
    )
    deliver_on = DateField(_l("Send on"), [MayBeEmpty()])

    def set_designs(self, designs: Sequence[tuple[str, str]]) -> None:
        """Set the designs to choose from as pairs of stem and name; the first one is the default."""
        self.design.choices = [SelectChoice(*pair) for pair in designs]
        if not self.design.raw_data and designs:
            self.design.data = designs[0][0]

    def validate_on(self, today: date) -> bool:
        """Return whether the form is valid; errors are stored with their fields.

        ``today`` is the date of the shop. A gift card is sent today or within a year.
        """
        if self.is_for_buyer:
            # Text for another recipient may remain in hidden fields and must not be validated.
            self.recipient_name.validators = self.recipient_email.validators = ()
        valid = self.validate()
        day, last = self.deliver_on.data, today + timedelta(days=MAX_DAYS_AHEAD)
        if day is not None and not today <= day <= last:
            text = gettext("Please choose a day from today to %(last)s.", last=formats().day(last))
            self.deliver_on.errors = [*self.deliver_on.errors, text]
            valid = False
        return valid

    @property
    def is_for_buyer(self) -> bool:
        """Return whether the buyer is the recipient."""
        return bool(self.whom.data == FOR_ME)

    def gift(self, today: date) -> Gift:
        """Return the gift that was entered; the date of ``today`` means as soon as the order is paid."""
        has_recipient, day = not self.is_for_buyer, self.deliver_on.data
        return Gift(
            recipient_name=(self.recipient_name.data or "") if has_recipient else "",
            recipient_email=(self.recipient_email.data or "") if has_recipient else "",
            message=self.message.data or "",
            design=self.design.data or "",
            deliver_on=day if day and day > today else None,
        )
