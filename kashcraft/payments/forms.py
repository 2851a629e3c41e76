"""The card form of the sandbox's payment page."""

from __future__ import annotations

from typing import Any

from wtforms.validators import StopValidation

from kashcraft.core import clock
from kashcraft.core.forms import Form, Text, no_control_characters
from kashcraft.payments.gateways import cards
from kashcraft.payments.rules import card_digits, has_expired, passes_luhn, read_expiry


def known_number(_: Any, field: Any) -> None:
    """Refuse a number that is mistyped, and any card that might be real."""
    digits = card_digits(field.data or "")
    if not passes_luhn(digits):
        raise StopValidation("This is not a card number. Please check the digits.")
    if cards.find(digits) is None:
        raise StopValidation("Only the test cards of this page work here. Please never enter a real card.")


def still_good(_: Any, field: Any) -> None:
    """Refuse a date that is none, or past."""
    expiry = read_expiry(field.data or "")
    if expiry is None:
        raise StopValidation("Please enter month and year, for example 04/30.")
    if has_expired(expiry, clock.now().date()):
        raise StopValidation("This date has passed.")


def security_code(form: Any, field: Any) -> None:
    """Refuse a code of the wrong length: four digits on American Express, three on others."""
    card = cards.find(card_digits(form.number.data or ""))
    length = 4 if card and card.brand == "American Express" else 3
    code = field.data or ""
    if not (code.isascii() and code.isdigit() and len(code) == length):
        raise StopValidation(f"The code has {length} digits.")


class CardForm(Form):
    """A card. The security code is never sent back."""

    number = Text("Card number", known_number, maximum=24, missing="Please enter the card number.")
    expiry = Text("Expires (MM/YY)", still_good, maximum=9, missing="Please enter when the card expires.")
    # An empty value: what protects a card is never sent back to be shown.
    cvc = Text(
        "Security code",
        security_code,
        maximum=4,
        missing="Please enter the security code.",
        render_kw={"value": ""},
    )
    name = Text("Name on the card", no_control_characters, maximum=120, missing="Please enter the name.")
