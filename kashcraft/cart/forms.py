"""What is posted to a cart."""

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

BETWEEN = _l("Please enter a number between %(least)s and %(most)s.")


class Identifier(Field):
    """The id of a row, read as a UUID."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the id; anything else is refused beside the field."""
        self.data = None
        if valuelist and valuelist[0]:
            try:
                self.data = UUID(valuelist[0])
            except ValueError:
                raise ValueError(gettext("This item does not exist.")) from None


class AddForm(Form):
    """A piece and how many of it; the page of a family sends no piece until a choice is made."""

    product_id = Identifier(_l("Piece"), [InputRequired(_l("Please choose an option first."))])
    quantity = WholeField(_l("Quantity"), least=1, most=MAX_QUANTITY, words=BETWEEN, default=1)

    @property
    def problem(self) -> str:
        """Return what is wrong, in one sentence."""
        return str([*self.product_id.errors, *self.quantity.errors][0])


class RestoreForm(AddForm):
    """A line that was taken out: what it was called, and whether it had been set aside."""

    line_id = Identifier(_l("Line"), [MayBeEmpty()])
    was_saved = BooleanField(_l("Saved for later"))


class QuantityForm(Form):
    """How many of a line; 0 takes it out."""

    quantity = WholeField(_l("Quantity"), least=0, most=MAX_QUANTITY, words=BETWEEN)


FOR_RECIPIENT, FOR_ME = "somebody", "me"


def _plain_lines(text: str | None) -> str:
    """Return a message with line breaks of one kind, without outer blanks."""
    lines = (text or "").replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _printable(_: Any, field: Any) -> None:
    if any(ord(letter) < 32 and letter != "\n" for letter in field.data or ""):
        raise StopValidation(gettext("Please remove special characters."))


class GiftForm(AddForm):
    """A gift card: how much, whom it is for, what is written on it, and when it is sent."""

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

    def offer(self, designs: Sequence[tuple[str, str]]) -> None:
        """Let somebody choose among pictures, given as stem and name; the first one is chosen until then."""
        self.design.choices = [SelectChoice(*pair) for pair in designs]
        if not self.design.raw_data and designs:
            self.design.data = designs[0][0]

    def check(self, today: date) -> bool:
        """Return whether everything is as it should be; messages stand beside the fields.

        ``today`` is the shop's: a card is sent today or within a year.
        """
        if self.is_for_buyer:
            # What was typed for somebody else before stays in the page and counts for nothing.
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
        """Return whether the buyer keeps the card."""
        return bool(self.whom.data == FOR_ME)

    def gift(self, today: date) -> Gift:
        """Return what was said; today is as soon as it is paid."""
        others, day = not self.is_for_buyer, self.deliver_on.data
        return Gift(
            recipient_name=(self.recipient_name.data or "") if others else "",
            recipient_email=(self.recipient_email.data or "") if others else "",
            message=self.message.data or "",
            design=self.design.data or "",
            deliver_on=day if day and day > today else None,
        )
