"""WTForms' fields and validators with labels and messages that may be lazy, under their own names.

WTForms takes strings, and forms are written down at import. A field's label is put into words when its form
is made for a request, a validator's message when it refuses something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import wtforms
from wtforms import validators
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]

from kashcraft.core.i18n import LazyText


class Field(wtforms.Field):
    """A field with a label that may be lazy."""

    def __init__(self, label: str | LazyText | None = None, validators: Any = None, **options: Any) -> None:
        super().__init__(None if label is None else str(label), validators, **options)


class BooleanField(Field, wtforms.BooleanField):
    """A box to tick."""


class DateField(Field, wtforms.DateField):
    """A day."""


class DateTimeLocalField(Field, wtforms.DateTimeLocalField):
    """A day and a time."""


class HiddenField(Field, wtforms.HiddenField):
    """What a form brings back unseen; its label names it in messages."""


class PasswordField(Field, wtforms.PasswordField):
    """A password, which is never sent back."""


class RadioField(Field, wtforms.RadioField):
    """One of some choices, all of them in sight."""


class SelectField(Field, wtforms.SelectField):
    """One of some choices, in a list that opens."""


class SelectMultipleField(Field, wtforms.SelectMultipleField):
    """Any of some choices."""


class StringField(Field, wtforms.StringField):
    """One line of text."""


class TextAreaField(Field, wtforms.TextAreaField):
    """Lines of text."""


class _Message:
    """The message of a validator, put into words when it is read."""

    def __get__(self, validator: object, owner: type[object] | None = None) -> str | None:
        message = None if validator is None else vars(validator).get("message")
        return None if message is None else str(message)

    def __set__(self, validator: object, message: str | LazyText | None) -> None:
        vars(validator)["message"] = message


class DataRequired(validators.DataRequired):
    """Refuses what is empty once it is cleaned up."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(self, message: str | LazyText | None = None) -> None: ...


class EqualTo(validators.EqualTo):
    """Refuses what differs from another field."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(self, fieldname: str, message: str | LazyText | None = None) -> None: ...


class InputRequired(validators.InputRequired):
    """Refuses what was not sent."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(self, message: str | LazyText | None = None) -> None: ...


class Length(validators.Length):
    """Refuses a text that is too short or too long; its message has places for ``min`` and ``max``."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(  # the names are those of WTForms
            self,
            min: int = -1,  # noqa: A002
            max: int = -1,  # noqa: A002
            message: str | LazyText | None = None,
        ) -> None: ...


class Regexp(validators.Regexp):
    """Refuses what is not of a pattern."""

    message = _Message()
    if TYPE_CHECKING:

        def __init__(self, regex: str, *, message: str | LazyText | None = None) -> None: ...
