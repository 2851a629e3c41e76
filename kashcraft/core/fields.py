"""WTForms' fields and validators, under their own names, which accept lazy labels and messages.

WTForms expects strings, but forms are defined at import. A label is translated when the form is created for a
request, and a message when a validator fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import wtforms
from markupsafe import Markup, escape
from wtforms import validators, widgets
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import html_params

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


class MultipleFileField(Field, wtforms.MultipleFileField):
    """One or more files, which a browser sends only in a form of the type ``multipart/form-data``."""


class PasswordField(Field, wtforms.PasswordField):
    """A password, which is never sent back to the browser."""


class RadioField(Field, wtforms.RadioField):
    """One choice out of several radio buttons."""


class SelectField(Field, wtforms.SelectField):
    """One choice out of a drop-down list."""


class Options:
    """A list of values and labels that is the same for every visitor, with its HTML, which is made once."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)

    def choices(self) -> list[SelectChoice]:
        """Return the list as choices of a field."""
        return [SelectChoice(*pair) for pair in self.pairs]

    def html(self, selected: str | None) -> str:
        """Return the option elements, with the value ``selected`` selected."""
        text, places = self._rendered
        place = None if selected is None else places.get(selected)
        return text if place is None else f"{text[:place]}selected {text[place:]}"

    @cached_property
    def _rendered(self) -> tuple[str, dict[str, int]]:
        """Return the elements, and for each value the place of the attribute ``selected``."""
        text, places = "", dict[str, int]()
        for value, label in self.pairs:
            places[value] = len(text) + len("<option ")
            text += _option(value, label)
        return text, places


def _option(value: str, label: str) -> str:
    return f"<option {html_params(value=value)}>{escape(label or value)}</option>"


class _RenderedSelect(widgets.Select):
    def __call__(self, field: wtforms.fields.choices.SelectFieldBase, **attributes: object) -> Markup:
        assert isinstance(field, LongSelectField)
        attributes.setdefault("id", field.id)
        head = html_params(name=field.name, **attributes)
        prompt = "" if field.prompt is None else _prompt(str(field.prompt), selected=field.data == "")
        body = f"<select {head}>{prompt}{field.options.html(field.data)}</select>"
        return Markup(body)  # noqa: S704 - all values are escaped


def _prompt(text: str, *, selected: bool) -> str:
    return f"<option {html_params(value='', selected=selected)}>{escape(text)}</option>"


class LongSelectField(SelectField):
    """One choice out of a long list; WTForms would render each option for each visitor.

    ``prompt`` is the text of an empty choice at the beginning. Other values than those of the list are
    accepted, and then nothing is selected.
    """

    widget = _RenderedSelect()

    def __init__(
        self,
        label: str | LazyText | None = None,
        *,
        options: Options,
        prompt: str | LazyText | None = None,
        **others: object,
    ) -> None:
        super().__init__(label, choices=self._choices_with_prompt, validate_choice=False, **others)
        self.options, self.prompt = options, prompt

    def _choices_with_prompt(self) -> list[SelectChoice]:
        first = [] if self.prompt is None else [SelectChoice("", str(self.prompt))]
        return [*first, *self.options.choices()]


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
