"""Forms about something that was changed by another person after they were opened.

The page shows what is saved now beside what was entered, for the fields that differ. For each the person
chooses one of the two; without a choice what was entered is saved over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.fields import BooleanField, DateField, DateTimeLocalField, HiddenField, SelectFieldBase

from kashcraft.core.form_rows import RowForm, RowsField
from kashcraft.core.forms import Form
from kashcraft.core.i18n import gettext as _
from kashcraft.core.settings import formats

# The names of the choices: use-FIELD is "saved" or "entered".
PREFIX = "use-"
SAVED, ENTERED = "saved", "entered"


@dataclass(frozen=True, slots=True)
class StaleField:
    """A field with the lines of what is saved now and of what was entered, ready to read."""

    name: str
    label: str
    saved: Sequence[str]
    entered: Sequence[str]


def compare(entered: Form, saved: Form) -> list[StaleField]:
    """Return the fields of an outdated form that differ from what is saved now; none if it is not outdated.

    Both have a field ``version``. That of an outdated form becomes the current one, because the person sees
    the difference now, so that the next save is accepted.
    """
    if entered["version"].data == saved["version"].data:
        return []
    entered["version"].data = saved["version"].data
    return [
        StaleField(field.short_name, field.label.text, shown(saved[field.short_name]), shown(field))
        for field in entered
        if not isinstance(field, HiddenField) and sent_values(field) != sent_values(saved[field.short_name])
    ]


def with_choices(sent: MultiDict[str, str], saved: Form) -> MultiDict[str, str]:
    """Return what a form sent, with the saved values of those fields for which these were chosen."""
    chosen = [field for field in saved if sent.get(f"{PREFIX}{field.short_name}") == SAVED]
    names = {field.name for field in chosen}
    values = [
        (name, value)
        for name, value in sent.items(multi=True)
        if name not in names and name.rsplit("-", 2)[0] not in names
    ]
    return MultiDict([*values, *(pair for field in chosen for pair in sent_values(field))])


def sent_values(field: Field) -> list[tuple[str, str]]:
    """Return the names and values that a browser sends for a field; empty texts are left out."""
    if isinstance(field, RowsField):
        return [pair for row in field.filled for cell in row for pair in sent_values(cell)]
    if isinstance(field, BooleanField):
        return [(field.name, "y")] if field.data else []
    if isinstance(field, SelectFieldBase):
        values = field.data if isinstance(field.data, list | tuple) else [field.data]
        return [(field.name, str(value)) for value in sorted(map(str, filter(None, values)))]
    text = str(field._value()).strip().replace("\r\n", "\n")  # type: ignore[attr-defined]
    return [(field.name, text)] if text else []


def shown(field: Field) -> list[str]:
    """Return the value of a field in lines that people read; an empty one says so."""
    if isinstance(field, RowsField):
        lines = [" · ".join(_in_row(row)) for row in field.filled]
    elif isinstance(field, BooleanField):
        lines = [_("Yes") if field.data else _("No")]
    elif isinstance(field, SelectFieldBase):
        values = {value for _name, value in sent_values(field)}
        lines = [str(label) for value, label, *_rest in field.iter_choices() if str(value) in values]
    elif isinstance(field, DateTimeLocalField):
        zone = formats().zone
        lines = [formats().time(field.data.replace(tzinfo=zone))] if field.data else []
    elif isinstance(field, DateField):
        lines = [formats().day(field.data)] if field.data else []
    else:
        lines = [value for _name, value in sent_values(field)]
    return lines or [_("Nothing")]


def _in_row(row: RowForm) -> list[str]:
    """Return the columns of a row that have a value, with their labels."""
    return [f"{row.columns[cell.short_name]} {' '.join(shown(cell))}" for cell in row if sent_values(cell)]
