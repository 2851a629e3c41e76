"""Forms to issue gift cards in bulk, correct a balance, cancel a card, and send a card again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from wtforms import Field
from wtforms.validators import Optional, StopValidation

from kashcraft.core.fields import DataRequired, DateField, HiddenField, Length, RadioField, SelectChoice
from kashcraft.core.forms import AmountField, Form, Text, WholeField
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.gift_cards.rules import LARGEST_VALUE, MOST_AT_ONCE
from kashcraft.gift_cards.services import Receiver

# Words for the refusals of the services, by code.
REFUSALS = {
    "gift_card_value": _l("A card holds at least the smallest amount and at most %(most)s."),
    "gift_card_end": _l("This day is over already."),
    "gift_card_codes_gone": _l("These cards were issued before, and their codes are no longer kept."),
    "gift_card_short": _l("There is only %(available)s left on the card."),
    "gift_card_expired": _l("The card's time is over, so nothing can be put on it."),
    "gift_card_cancelled": _l("The card is cancelled."),
}


class MoneyForm(Form):
    """A form with amounts of one currency."""

    currency: str

    def __init__(self, *arguments: Any, currency: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.currency = currency


class IssueForm(MoneyForm):
    """Cards with the same value and terms; ``key`` identifies the submission."""

    count = WholeField(_l("How many cards"), least=1, most=MOST_AT_ONCE, missing=_l("Please enter how many."))
    value = AmountField(
        _l("Value each"), least=-LARGEST_VALUE, most=LARGEST_VALUE, missing=_l("Please enter an amount.")
    )
    last_day = DateField(_l("Last day"), [Optional()])
    note = Text(_l("Note"), maximum=200, missing=_l("Please say what they are for."))
    key = HiddenField("Key", [DataRequired(), Length(max=60)])

    def expires_at(self, zone: tzinfo) -> datetime | None:
        """Return when the last day is over in the shop's time zone, None without one."""
        if self.last_day.data is None:
            return None
        return datetime.combine(self.last_day.data + timedelta(days=1), time(), zone).astimezone(UTC)

    def validate_last_day(self, field: Field) -> None:
        """Refuse years that nobody means."""
        if field.data is not None and not 2000 <= field.data.year <= 2099:
            raise StopValidation(_("Please enter a date from 2000 to 2099."))


class AdjustBalanceForm(MoneyForm):
    """A correction of a balance with its reason; ``key`` identifies the submission."""

    amount = AmountField(
        _l("Change by"), least=-LARGEST_VALUE, most=LARGEST_VALUE, missing=_l("Please enter an amount.")
    )
    reason = Text(_l("Reason"), maximum=200, missing=_l("Please say why."))
    key = HiddenField("Key", [DataRequired(), Length(max=60)])

    def validate_amount(self, field: AmountField) -> None:
        """Refuse a change by nothing."""
        if not field.minor:
            raise StopValidation(_("Please enter more or less than nothing."))


class CancelForm(Form):
    """Why a card is cancelled."""

    cancel_reason = Text(_l("Reason"), maximum=200, missing=_l("Please say why."))


class SendForm(Form):
    """The recipient of an e-mail that is sent again; ``key`` identifies the submission."""

    to = RadioField(choices=[SelectChoice(one.value, one.value) for one in Receiver])
    key = HiddenField("Key", [DataRequired(), Length(max=60)])


class FindCardForm(Form):
    """A whole code, or words to look for; sent in the body, so that no code stands in an address."""

    find = Text(_l("Code, last four, name, e-mail address or order"), maximum=120, optional=True)
