"""The base of every form: shape and clean-up of input, without side effects.

Forgery is refused by request headers (``core.security``), so forms carry no tokens.
"""

from __future__ import annotations

from typing import Any, Self

from flask import request
from wtforms import Form as WTForm
from wtforms import StringField
from wtforms.validators import DataRequired, Email, Length, StopValidation

from kashcraft.core.errors import DomainError
from kashcraft.core.i18n import gettext
from kashcraft.core.i18n import lazy_gettext as _l

# A thousand million in a currency of three places.
MOST = 10**12
SPECIAL_CHARACTERS = _l("Please remove special characters.")


def trimmed(text: str | None) -> str | None:
    """Return text without outer blanks and with inner runs of blanks as one; None stays None."""
    return " ".join(text.split()) if text is not None else None


def minor_units(text: str) -> int:
    """Return an amount that a page sent back, in minor units. Raises ValueError for what nothing costs."""
    amount = int(text)
    if not 0 <= amount < MOST:
        raise ValueError(text)
    return amount


class Form(WTForm):
    """A WTForms form that is filled from the current request."""

    @classmethod
    def from_request(cls, **options: Any) -> Self:
        """Return the form with what the request sent in its body (POST) or its query (GET)."""
        return cls(request.args if request.method in ("GET", "HEAD") else request.form, **options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether everything is as it should be; messages stand beside the fields.

        No field takes the NUL character, which no keyboard types and PostgreSQL does not store.
        """
        valid = super().validate(extra_validators)
        for field in self:
            sent = getattr(field, "raw_data", None) or ()
            if any("\x00" in text for text in sent if isinstance(text, str)):
                field.errors = [SPECIAL_CHARACTERS]
                valid = False
        return valid

    def refuse(self, error: DomainError, messages: dict[str, str]) -> None:
        """Put the refusal of a service beside its field, in the words of ``messages`` by code.

        A refusal without a field of this form goes to ``form_errors``. Raises the error itself when no words
        exist.
        """
        if error.code not in messages:
            raise error
        text = messages[error.code].format(**error.details)
        field = self._fields.get(error.field) if error.field else None
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


class Text(StringField):
    """One line of text, blanks cleaned up, required unless ``optional``, at most ``maximum`` characters."""

    def __init__(
        self,
        label: str,
        *validators: Any,
        maximum: int = 120,
        optional: bool = False,
        missing: str = "",
        **options: Any,
    ) -> None:
        checks: list[Any] = [Length(max=maximum, message=gettext("At most %(max)d characters."))]
        if not optional:
            checks.insert(0, DataRequired(missing or gettext("Please fill this in.")))
        options.setdefault("filters", [trimmed])
        super().__init__(label, [*checks, *validators], **options)


class EmailText(Text):
    """An e-mail address that a letter can reach: its domain in any script, what stands before in ASCII."""

    def __init__(
        self,
        label: str = _l("E-mail address"),
        *validators: Any,
        missing: str = _l("Please enter your e-mail address."),
        **options: Any,
    ) -> None:
        shape = Email(message=gettext("This does not look like an e-mail address."), allow_smtputf8=False)
        options.setdefault("render_kw", {"type": "email"})
        super().__init__(
            label, no_control_characters, shape, *validators, maximum=254, missing=missing, **options
        )


def no_control_characters(_: Any, field: Any) -> None:
    """Refuse characters that no keyboard types, line breaks included (they split mail headers)."""
    if field.data and any(ord(letter) < 32 or ord(letter) == 127 for letter in field.data):
        raise StopValidation(SPECIAL_CHARACTERS)
