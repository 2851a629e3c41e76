"""A small table in a form: rows of fields, which work without JavaScript.

A submit button adds a row; nothing that was entered is lost. Rows whose fields are all empty are ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import wtforms
from wtforms.utils import unset_value

from kashcraft.core.fields import Field
from kashcraft.core.forms import Form
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _

if TYPE_CHECKING:
    from wtforms.form import BaseForm
    from wtforms.meta import _MultiDictLikeWithGetlist


class RowForm(Form):
    """One row; ``number`` counts from 1, ``columns`` are the labels without it.

    Amounts are in the ``currency`` of the form around it.
    """

    number = 0
    currency = ""
    columns: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was entered in the row."""
        return not any(one.data for one in self)


class RowsField(Field):
    """Rows of fields of one kind of ``RowForm``, at most ``most`` of them.

    ``rows`` are all rows, ``filled`` those with input. Names are FIELD-0-COLUMN; the row after the last
    one is empty and always there. ``own_errors`` are about the table as a whole.
    """

    def __init__(
        self,
        label: str | LazyText,
        *,
        row: type[RowForm],
        most: int,
        missing: str | LazyText = "",
        **options: object,
    ) -> None:
        self.row_class, self.most, self.missing = row, most, missing
        self.rows: list[RowForm] = []
        self.last = -1
        super().__init__(label, **options)

    def process(
        self,
        formdata: _MultiDictLikeWithGetlist | None,
        data: object = unset_value,
        extra_filters: object = None,
    ) -> None:
        """Read the rows from what was sent, else from ``data``, a list of values by column."""
        self.process_errors: list[str] = []
        self.rows, self.last = [], -1
        if formdata:
            for index in self._sent(formdata)[: self.most]:
                self._add(index, formdata=formdata)
        else:
            for values in data if isinstance(data, list) else []:
                self._add(len(self.rows), data=values)
        if not self.rows or not formdata:
            self.add_row()

    def add_row(self) -> None:
        """Add an empty row after the others, where there may be more."""
        if len(self.rows) < self.most:
            self._add(self.last + 1)

    @property
    def filled(self) -> list[RowForm]:
        """Return the rows with input."""
        return [row for row in self.rows if not row.is_empty]

    @property
    def own_errors(self) -> list[str]:
        """Return the errors about the table as a whole."""
        in_rows = {error for cell in self.wrong_cells for error in cell.errors}
        return [error for error in self.errors if error not in in_rows]

    @property
    def wrong_cells(self) -> list[wtforms.Field]:
        """Return the fields of the rows that have errors."""
        return [cell for row in self.rows for cell in row if cell.errors]

    @property
    def data(self) -> list[Mapping[str, object]]:
        """Return the values of the rows with input."""
        return [row.data for row in self.filled]

    @data.setter
    def data(self, _value: object) -> None:
        """Ignore the value; the rows hold the data."""

    def validate(self, form: BaseForm, extra_validators: Sequence[object] = ()) -> bool:
        """Validate the rows with input; ``missing`` is the error where there is none."""
        self.errors = []
        for row in self.filled:
            row.currency = getattr(form, "currency", "")
            if not row.validate():
                self.errors += [error for cell in row for error in cell.errors]
        if self.missing and not self.filled:
            self.errors.append(str(self.missing))
        return not self.errors

    def refuse_row(self, place: int, column: str, text: str) -> None:
        """Show an error beside a column of the row with input that is number ``place``, from 0."""
        cell = self.filled[place][column]
        cell.errors = [*cell.errors, text]
        self.errors = [*self.errors, text]

    def _sent(self, names: Iterable[str]) -> list[int]:
        start = f"{self.name}-"
        numbers = {name.removeprefix(start).partition("-")[0] for name in names if name.startswith(start)}
        return sorted(int(one) for one in numbers if one.isascii() and one.isdigit() and len(one) < 4)

    def _add(
        self,
        index: int,
        formdata: _MultiDictLikeWithGetlist | None = None,
        data: Mapping[str, object] | None = None,
    ) -> None:
        row = self.row_class(formdata, prefix=f"{self.name}-{index}", data=data)
        row.number = len(self.rows) + 1
        row.columns = {cell.short_name: cell.label.text for cell in row}
        for cell in row:
            cell.label.text = _("%(column)s, row %(row)s", column=cell.label.text, row=row.number)
        self.rows.append(row)
        self.last = index


def add_requested_row(form: Form, sent: Mapping[str, str]) -> bool:
    """Add the row that the pressed button asks for; return whether it was such a button.

    The form is then shown again without being validated.
    """
    field = form._fields.get(sent.get("add_row", ""))
    if isinstance(field, RowsField):
        field.add_row()
        return True
    return False
