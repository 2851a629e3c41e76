"""The card form of the sandbox's payment page."""

from __future__ import annotations

from typing import Any

from wtforms.validators import StopValidation

from kashcraft.core import clock
from kashcraft.core.forms import Form, Text, no_control_characters
from kashcraft.core.i18n import gettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.payments.gateways import cards
from kashcraft.payments.rules import card_digits, has_expired, passes_luhn, read_expiry


def known_number(_: Any, field: Any) -> None:
    """Refuse a mistyped number, and every card that might be real."""
    digits = card_digits(field.data or "")
    if not passes_luhn(digits):
        raise StopValidation(gettext("This is not a card number. Please check the digits."))
    if cards.find_card(digits) is None:
        raise StopValidation(
            gettext("Only the test cards of this page work here. Please never enter a real card.")
        )


def valid_expiry(_: Any, field: Any) -> None:
    """Refuse a text that is no date, and a date in the past."""
    expiry = read_expiry(field.data or "")
    if expiry is None:
        raise StopValidation(gettext("Please enter month and year, for example 04/30."))
    if has_expired(expiry, clock.now().date()):
        raise StopValidation(gettext("This date has passed."))


def security_code(form: Any, field: Any) -> None:
    """Refuse a code of the wrong length: four digits for American Express, three for other cards."""
    card = cards.find_card(card_digits(form.number.data or ""))
    length = 4 if card and card.brand == "American Express" else 3
    code = field.data or ""
    if not (code.isascii() and code.isdigit() and len(code) == length):
        raise StopValidation(gettext("The code has %(count)s digits.", count=length))


class CardForm(Form):
    """A card. The security code is never sent back to the browser."""

    number = Text(_l("Card number"), known_number, maximum=24, missing=_l("Please enter the card number."))
    expiry = Text(
        _l("Expires (MM/YY)"), valid_expiry, maximum=9, missing=_l("Please enter when the card expires.")
    )
    # An empty value, so that the security code is never sent back to the browser.
    cvc = Text(
        _l("Security code"),
        security_code,
        maximum=4,
        missing=_l("Please enter the security code."),
        render_kw={"value": ""},
    )
    name = Text(
        _l("Name on the card"), no_control_characters, maximum=120, missing=_l("Please enter the name.")
    )
