"""What people type to open, enter and recover an account."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field
from wtforms.validators import ValidationError

from kashcraft.core.fields import EqualTo, HiddenField, InputRequired, Length, PasswordField
from kashcraft.core.forms import EmailText, Form, Text, no_control_characters
from kashcraft.core.i18n import LazyText, gettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.passwords import MAXIMUM, MINIMUM, is_guessable
from kashcraft.core.settings import settings

# What people who make a password for this shop think of first.
SHOP_WORDS = "kashmir kashmiri pashmina shawl srinagar craft"


def new_password_field(label: LazyText = _l("Password")) -> PasswordField:
    """Return the field of a new password."""
    return PasswordField(
        label,
        [
            InputRequired(_l("Please choose a password.")),
            Length(min=MINIMUM, max=MAXIMUM, message=_l("Between %(min)s and %(max)s characters.")),
        ],
    )


class SignInForm(Form):
    """Address and password."""

    email = EmailText()
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Please enter your password.")),
            Length(max=MAXIMUM, message=_l("This is too long.")),
        ],
    )


class RegisterForm(Form):
    """Name and address; the code of the friend's link that led here, and the page to go on to, if any.

    The password is chosen behind the link that comes by e-mail, so that nobody chooses one for others.
    """

    full_name = Text(_l("Full name"), no_control_characters, missing=_l("Please enter your name."))
    email = EmailText()
    ref = HiddenField()
    next = HiddenField()


class NewPassword(Form):
    """A form with a new password; ``about`` are texts that everybody knows of the person."""

    about: Iterable[str] = ()

    def validate_password(self, field: Field) -> None:
        """Refuse a password that somebody would try first."""
        shop = settings()
        if is_guessable(field.data, (*self.about, shop.shop_name, shop.base_url, SHOP_WORDS)):
            raise ValidationError(
                gettext(
                    "This password is easy to guess. Use a few words that have nothing to do with each other."
                )
            )


class ConfirmForm(NewPassword):
    """The name as it was typed before, to be put right, and the password."""

    full_name = Text(_l("Full name"), no_control_characters, missing=_l("Please enter your name."))
    password = new_password_field()


class ForgotForm(Form):
    """The address that the reset link goes to."""

    email = EmailText()


class ResetForm(NewPassword):
    """A new password, twice."""

    password = new_password_field(_l("New password"))
    again = PasswordField(
        _l("New password again"), [EqualTo("password", message=_l("The two passwords differ."))]
    )
