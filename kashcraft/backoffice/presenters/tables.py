"""Tables of the back office: their columns, their cells, and what surrounds them.

A section describes a list once, as a ``ListOutline``. Its page and its CSV file are both made from the rows
that the section presents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.pagination import ListPage

Label = LazyText | str


class ColumnKind(StrEnum):
    """How a column is shown: numbers stand at the right, a custom cell is drawn by the page's template."""

    TEXT = "text"
    NUMBER = "number"
    TAG = "tag"
    TIME = "time"
    CUSTOM = "custom"


class TimeStyle(StrEnum):
    """How a moment is written: by its age, as a day, or as a day with its time."""

    AGO = "ago"
    DAY = "day"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table, in text that is ready to read.

    ``note`` is a second, quiet line. ``tag`` is the state that colors a tag: good, info, warn, bad or muted.
    ``at`` is a moment that is shown in ``style`` instead of ``text``. ``export`` is written to CSV instead of
    what is shown. ``image`` is a picture beside the text, for the macro ``picture``.
    """

    text: str = ""
    href: str = ""
    note: str = ""
    tag: str = ""
    at: datetime | None = None
    style: TimeStyle = TimeStyle.AGO
    export: object = None
    image: object = None

    @property
    def exported(self) -> object:
        """Return the value of the cell in a CSV file."""
        if self.export is not None:
            return self.export
        if self.at is not None:
            return self.at.isoformat(timespec="seconds")
        return f"{self.text} ({self.note})" if self.text and self.note else self.text or self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row: ``id`` names what it shows, ``title`` says it in words, ``item`` is for custom cells."""

    id: str
    cells: Sequence[Cell]
    title: str = ""
    item: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column of a list; ``sorts`` says that the list can be sorted by it."""

    key: str
    label: Label
    kind: ColumnKind = ColumnKind.TEXT
    sorts: bool = False
    is_exported: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """A filter of a list: a name in its address, and the values it can have with their labels."""

    name: str
    label: Label
    choices: Sequence[tuple[str, Label]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """Something to do with every selected row: ``url`` takes a POST with the ids."""

    label: Label
    url: str
    kind: str = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOutline:
    """What is the same whenever a list is shown.

    ``tabs`` are (key, label); the first is shown where the address names none. ``sort`` is the key of the
    column by which the list is sorted by default, with a minus sign for the largest first.
    """

    name: str
    label: Label
    endpoint: str
    columns: Sequence[TableColumn]
    sort: str = ""
    tabs: Sequence[tuple[str, Label]] = ()
    find_label: Label = ""
    size: int = 30
    empty: tuple[Label, Label] = (_l("Nothing here"), "")

    @property
    def sortable(self) -> set[str]:
        """Return the keys of the columns that sort the list."""
        return {column.key for column in self.columns if column.sorts}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """What the address of a list asks for; ``address`` makes the address of another state of it.

    ``offered`` are the filters that the list has, ``filters`` their values by name, empty for all.
    """

    outline: ListOutline
    address: Callable[[Mapping[str, str]], str]
    tab: str = ""
    find: str = ""
    sort: str = ""
    page: int = 1
    filters: Mapping[str, str] = field(default_factory=dict)
    offered: Sequence[ListFilter] = ()
    as_csv: bool = False

    @property
    def sort_key(self) -> str:
        """Return the key of the column that sorts the list."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Return whether the largest comes first."""
        return self.sort.startswith("-")

    @property
    def is_narrowed(self) -> bool:
        """Return whether a search or a filter leaves rows out."""
        return bool(self.find or any(self.filters.values()))

    def url(self, **changes: str) -> str:
        """Return the address of this list with ``changes``; what is empty or usual is left out."""
        now = {"tab": self.tab, "find": self.find, "sort": self.sort, **self.filters, **changes}
        usual = {"tab": self.outline.tabs[0][0] if self.outline.tabs else "", "sort": self.outline.sort}
        return self.address({name: text for name, text in now.items() if text and usual.get(name) != text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column as the table shows it.

    ``sort_url`` sorts by it; ``sorted`` is ascending, descending or empty.
    """

    key: str
    label: str
    kind: ColumnKind
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A part of a list with an address of its own; ``count`` is None where it is not counted."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFilter:
    """A filter with the value that the address gives it."""

    name: str
    label: str
    choices: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """The search of a list: ``hidden`` are the other values of its address."""

    label: str
    value: str
    url: str
    hidden: Mapping[str, str]
    reset_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list as its page shows it; a table inside a page has only ``label``, ``columns`` and ``rows``."""

    id: str
    label: str
    columns: Sequence[Heading]
    rows: Sequence[TableRow]
    tabs: Sequence[Tab] = ()
    filters: Sequence[ShownFilter] = ()
    find: Find | None = None
    bulk: Sequence[BulkAction] = ()
    back: str = ""
    csv_url: str = ""
    page: ListPage[TableRow] | None = None
    empty: tuple[str, str] = ("", "")


def list_table(
    asked: ListRequest,
    rows: Sequence[TableRow],
    total: int,
    *,
    counts: Mapping[str, int] | None = None,
    bulk: Sequence[BulkAction] = (),
) -> Table:
    """Return a page of a list as a table; ``counts`` are the rows of its tabs by their keys."""
    outline = asked.outline
    shown_filters = [_shown_filter(one, asked) for one in asked.offered]
    return Table(
        id=outline.name,
        label=str(outline.label),
        columns=[_heading(column, asked) for column in outline.columns],
        rows=rows,
        tabs=_tabs(asked, counts or {}),
        filters=shown_filters,
        find=_find(asked, shown_filters) if outline.find_label or asked.offered else None,
        bulk=bulk,
        back=asked.url(page=str(asked.page) if asked.page > 1 else ""),
        csv_url=asked.url(format="csv"),
        page=ListPage(rows, asked.page, outline.size, total, lambda to: asked.url(page=str(to))),
        empty=_empty(asked),
    )


def plain_table(label: Label, columns: Sequence[TableColumn], rows: Sequence[TableRow]) -> Table:
    """Return a table that stands inside a page: without tabs, filters, sorting and pages."""
    headings = [Heading(key=one.key, label=str(one.label), kind=one.kind) for one in columns]
    return Table(id="", label=str(label), columns=headings, rows=rows)


def csv_rows(
    columns: Sequence[TableColumn], rows: Sequence[TableRow]
) -> tuple[list[str], list[list[object]]]:
    """Return the headings of a list and its rows as a CSV file has them."""
    exported = [place for place, column in enumerate(columns) if column.is_exported]
    headings = [str(columns[place].label) for place in exported]
    return headings, [[row.cells[place].exported for place in exported] for row in rows]


def _heading(column: TableColumn, asked: ListRequest) -> Heading:
    if not column.sorts:
        return Heading(key=column.key, label=str(column.label), kind=column.kind)
    is_sorted = asked.sort_key == column.key
    other = f"-{column.key}" if is_sorted and not asked.is_descending else column.key
    order = "descending" if asked.is_descending else "ascending"
    return Heading(
        key=column.key,
        label=str(column.label),
        kind=column.kind,
        sort_url=asked.url(sort=other),
        sorted=order if is_sorted else "",
    )


def _tabs(asked: ListRequest, counts: Mapping[str, int]) -> list[Tab]:
    return [
        Tab(label=str(label), url=asked.url(tab=key), is_current=key == asked.tab, count=counts.get(key))
        for key, label in asked.outline.tabs
    ]


def _shown_filter(one: ListFilter, asked: ListRequest) -> ShownFilter:
    value = asked.filters.get(one.name, "")
    choices = [(key, str(label), key == value) for key, label in one.choices]
    return ShownFilter(name=one.name, label=str(one.label), choices=choices)


def _find(asked: ListRequest, filters: Sequence[ShownFilter]) -> Find:
    outline, empty = asked.outline, {one.name: "" for one in filters}
    hidden = {"tab": asked.tab, "sort": asked.sort if asked.sort != outline.sort else ""}
    return Find(
        label=str(outline.find_label),
        value=asked.find,
        url=asked.address({}),
        hidden={name: text for name, text in hidden.items() if text},
        reset_url=asked.url(find="", **empty) if asked.is_narrowed else "",
    )


def _empty(asked: ListRequest) -> tuple[str, str]:
    if asked.is_narrowed:
        return str(_l("Nothing found")), str(_l("Check the spelling, or remove a filter."))
    title, text = asked.outline.empty
    return str(title), str(text)
