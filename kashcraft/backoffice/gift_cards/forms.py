"""Forms to issue gift cards in bulk, correct a balance, cancel a card, and send a card again."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms.validators import StopValidation

from kashcraft.core.errors import DomainError
from kashcraft.core.fields import RadioField, SelectChoice
from kashcraft.core.forms import AmountField, CurrencyForm, DayField, Form, OnceKey, Text, WholeField
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.core.settings import formats
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
AMOUNTS = ("most", "available")


class CardAmountsForm(CurrencyForm):
    """A form whose refusals name amounts."""

    def refuse(self, error: DomainError, messages: Mapping[str, LazyText]) -> None:
        """Show the refusal of a service beside its field, with its amounts as people write them."""
        written = {
            name: formats().amount(Money(value, self.currency)) if name in AMOUNTS else value
            for name, value in error.details.items()
        }
        super().refuse(DomainError(error.code, field=error.field, **written), messages)


class IssueForm(CardAmountsForm):
    """Cards with the same value and terms; ``key`` identifies the submission."""

    count = WholeField(_l("How many cards"), least=1, most=MOST_AT_ONCE, missing=_l("Please enter how many."))
    value = AmountField(
        _l("Value each"), least=-LARGEST_VALUE, most=LARGEST_VALUE, missing=_l("Please enter an amount.")
    )
    last_day = DayField(_l("Last day"))
    note = Text(_l("Note"), maximum=200, missing=_l("Please say what they are for."))
    key = OnceKey()


class AdjustBalanceForm(CardAmountsForm):
    """A correction of a balance with its reason; ``key`` identifies the submission."""

    amount = AmountField(
        _l("Change by"), least=-LARGEST_VALUE, most=LARGEST_VALUE, missing=_l("Please enter an amount.")
    )
    reason = Text(_l("Reason"), maximum=200, missing=_l("Please say why."))
    key = OnceKey()

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
    key = OnceKey()
