"""Forms to register, sign in and reset a password."""

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

# Words that guessers of passwords for this shop try first.
SHOP_WORDS = "kashmir kashmiri pashmina shawl srinagar craft"


def new_password_field(label: LazyText = _l("Password")) -> PasswordField:
    """Return the field for a new password."""
    return PasswordField(
        label,
        [
            InputRequired(_l("Please choose a password.")),
            Length(min=MINIMUM, max=MAXIMUM, message=_l("Between %(min)s and %(max)s characters.")),
        ],
    )


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailText()
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Please enter your password.")),
            Length(max=MAXIMUM, message=_l("This is too long.")),
        ],
    )


class RegisterForm(Form):
    """Name and e-mail address, with hidden fields: a referral code and the page to continue to.

    The password is chosen on the page of the confirmation link, so that nobody can choose one for the owner
    of the address.
    """

    full_name = Text(_l("Full name"), no_control_characters, missing=_l("Please enter your name."))
    email = EmailText()
    ref = HiddenField()
    next = HiddenField()


class NewPassword(Form):
    """A form with a new password. ``about`` are texts about the user that a guesser would try."""

    about: Iterable[str] = ()

    def validate_password(self, field: Field) -> None:
        """Refuse a password that is easy to guess."""
        shop = settings()
        if is_guessable(field.data, (*self.about, shop.shop_name, shop.base_url, SHOP_WORDS)):
            raise ValidationError(
                gettext(
                    "This password is easy to guess. Use a few words that have nothing to do with each other."
                )
            )


class ConfirmForm(NewPassword):
    """The name as it was entered before, which can be corrected, and the password."""

    full_name = Text(_l("Full name"), no_control_characters, missing=_l("Please enter your name."))
    password = new_password_field()


class JoinForm(Form):
    """The password of an account that accepts an invitation to the staff."""

    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Please enter your password.")),
            Length(max=MAXIMUM, message=_l("This is too long.")),
        ],
    )


class ForgotForm(Form):
    """The address for the password reset e-mail."""

    email = EmailText()


class ResetForm(NewPassword):
    """A new password, twice."""

    password = new_password_field(_l("New password"))
    again = PasswordField(
        _l("New password again"), [EqualTo("password", message=_l("The two passwords differ."))]
    )
