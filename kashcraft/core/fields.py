"""WTForms' fields and validators, under their own names, which accept lazy labels and messages.

WTForms expects strings, but forms are defined at import. A label is translated when the form is created for a
request, and a message when a validator fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import wtforms
from wtforms import validators
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]

from kashcraft.core.i18n import LazyText


class Field(wtforms.Field):
    """A field whose label may be lazy."""

    def __init__(self, label: str | LazyText | None = None, validators: Any = None, **options: Any) -> None:
        super().__init__(None if label is None else str(label), validators, **options)


class BooleanField(Field, wtforms.BooleanField):
    """A checkbox."""


class DateField(Field, wtforms.DateField):
    """A date."""


class DateTimeLocalField(Field, wtforms.DateTimeLocalField):
    """A date and a time."""


class HiddenField(Field, wtforms.HiddenField):
    """A hidden value; its label names it in messages."""


class PasswordField(Field, wtforms.PasswordField):
    """A password, which is never sent back to the browser."""


class RadioField(Field, wtforms.RadioField):
    """One choice out of several radio buttons."""


class SelectField(Field, wtforms.SelectField):
    """One choice out of a drop-down list."""


class SelectMultipleField(Field, wtforms.SelectMultipleField):
    """Any number of choices out of a list."""


class StringField(Field, wtforms.StringField):
    """One line of text."""


class TextAreaField(Field, wtforms.TextAreaField):
    """Several lines of text."""


class _Message:
    """The message of a validator, translated when it is read."""

    def __get__(self, validator: object, owner: type[object] | None = None) -> str | None:
        message = None if validator is None else vars(validator).get("message")
        return None if message is None else str(message)

    def __set__(self, validator: object, message: str | LazyText | None) -> None:
        vars(validator)["message"] = message


class DataRequired(validators.DataRequired):
    """Refuses a value that is empty after its filters."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(self, message: str | LazyText | None = None) -> None: ...


class EqualTo(validators.EqualTo):
    """Refuses a value that differs from another field."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(self, fieldname: str, message: str | LazyText | None = None) -> None: ...


class InputRequired(validators.InputRequired):
    """Refuses a field that was not sent."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(self, message: str | LazyText | None = None) -> None: ...


class Length(validators.Length):
    """Refuses a text that is too short or too long; the message may contain ``min`` and ``max``."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(  # the names are those of WTForms
            self,
            min: int = -1,  # noqa: A002
            max: int = -1,  # noqa: A002
            message: str | LazyText | None = None,
        ) -> None: ...


class Regexp(validators.Regexp):
    """Refuses a text that does not match a pattern."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(self, regex: str, *, message: str | LazyText | None = None) -> None: ...
