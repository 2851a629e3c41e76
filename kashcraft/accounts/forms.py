"""What people type to open, enter and recover an account."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from kashcraft.core.forms import EmailText, Form, Text, no_control_characters
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.passwords import MAXIMUM, MINIMUM


def new_password_field(label: str = _l("Password")) -> PasswordField:
    """Return the field of a new password."""
    return PasswordField(
        label,
        [
            InputRequired(_l("Please choose a password.")),
            Length(min=MINIMUM, max=MAXIMUM, message=_l("Between %(min)d and %(max)d characters.")),
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
    """Name, address, a new password, and the code of the friend's link that led here, if any."""

    full_name = Text(_l("Full name"), no_control_characters, missing=_l("Please enter your name."))
    email = EmailText()
    password = new_password_field()
    ref = HiddenField()


class ForgotForm(Form):
    """The address that the reset link goes to."""

    email = EmailText()


class ResetForm(Form):
    """A new password, twice."""

    password = new_password_field(_l("New password"))
    again = PasswordField(
        _l("New password again"), [EqualTo("password", message=_l("The two passwords differ."))]
    )
