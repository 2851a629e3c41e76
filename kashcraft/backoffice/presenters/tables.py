"""Tables of the back office: their columns, their cells, and what surrounds them.

A section describes a list once, as a ``ListOutline``. Its rows make both its page and its CSV file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.pagination import ListPage

Label = LazyText | str
# The tab that leaves nothing out.
ALL = "all"
S = TypeVar("S", bound=StrEnum)


class ColumnKind(StrEnum):
    """How a column is shown: a code is not divided, a long text cut, prose wrapped, a number at the right.

    A custom cell is drawn by the template of the page.
    """

    TEXT = "text"
    LONG = "long"
    CODE = "code"
    PROSE = "prose"
    NUMBER = "number"
    TAG = "tag"
    TIME = "time"
    CUSTOM = "custom"


class PhonePlace(StrEnum):
    """Where a cell stands in the card that a row is on phones: beside its title, below, or nowhere."""

    TITLE = "title"
    BELOW = "below"
    NOWHERE = "nowhere"


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
    """A column of a list: whether the list can be sorted by it, and whether tablets have room for it."""

    key: str
    label: Label
    kind: ColumnKind = ColumnKind.TEXT
    sorts: bool = False
    is_exported: bool = True
    on_phone: PhonePlace = PhonePlace.BELOW
    on_tablet: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """A filter of a list: a name in its address, and the values it can have with their labels, or any day."""

    name: str
    label: Label
    choices: Sequence[tuple[str, Label]] = ()
    is_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """Something to do with every selected row: ``url`` takes a POST with the ids."""

    label: Label
    url: str
    kind: str = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOutline:
    """What is the same whenever a list is shown.

    ``tabs`` are (key, label); the first is shown where the address names none, ``all`` has every row.
    ``sort`` is the key of the column by which the list is sorted by default, with a minus sign for the
    largest first; ``tab_sorts`` has other ones by tab. ``find_all_label`` offers a search of one tab for all
    of them. ``find_endpoint`` takes the search by POST, where what is typed is not to stand in an address.
    """

    name: str
    label: Label
    endpoint: str
    columns: Sequence[TableColumn]
    sort: str = ""
    tab_sorts: Mapping[str, str] = field(default_factory=dict)
    tabs: Sequence[tuple[str, Label]] = ()
    find_label: Label = ""
    find_all_label: Label = ""
    find_endpoint: str = ""
    size: int = 40
    empty: tuple[Label, Label] = (_l("Nothing here"), "")

    @property
    def sortable(self) -> set[str]:
        """Return the keys of the columns that sort the list."""
        return {column.key for column in self.columns if column.sorts}

    def usual_sort(self, tab: str) -> str:
        """Return by what a tab is sorted where its address does not say."""
        return self.tab_sorts.get(tab, self.sort)


@dataclass(frozen=True, slots=True)
class RefusedFind:
    """A search that was refused: what was typed, which stands in no address, and the reason."""

    typed: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """What the address of a list asks for; ``address`` makes the address of another state of it.

    ``offered`` are the filters that the list has, ``filters`` their values by name, empty for all.
    ``find_address`` makes the address of a search by POST, None for a list that is searched by GET.
    """

    outline: ListOutline
    address: Callable[[Mapping[str, str]], str]
    find_address: Callable[[Mapping[str, str]], str] | None = None
    refused_find: RefusedFind | None = None
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
        sort = "" if self.sort == self.outline.usual_sort(self.tab) else self.sort
        now = {"tab": self.tab, "find": self.find, "sort": sort, **self.filters, **changes}
        first = self.outline.tabs[0][0] if self.outline.tabs else ""
        usual = {"tab": first, "sort": self.outline.usual_sort(now["tab"])}
        return self.address({name: text for name, text in now.items() if text and usual.get(name) != text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column as the table shows it.

    ``sort_url`` sorts by it; ``sorted`` is ascending, descending or empty.
    """

    key: str
    label: str
    kind: ColumnKind
    on_phone: PhonePlace = PhonePlace.BELOW
    on_tablet: bool = True
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A part of a list with an address of its own; ``count`` is None where it is not counted."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A filter with the value that the address gives it."""

    name: str
    label: str
    choices: Sequence[tuple[str, str, bool]]
    value: str = ""
    is_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """The search of a list: ``hidden`` are the other values of its address.

    ``by_post`` says that what is typed stands in no address, ``error`` why it was refused. ``all_url`` is
    the same search in all tabs, labeled ``all_label``; it is empty where nothing is left out.
    """

    label: str
    value: str
    url: str
    hidden: Mapping[str, str]
    reset_url: str = ""
    by_post: bool = False
    error: str = ""
    all_url: str = ""
    all_label: str = ""


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


def state_tabs(states: Mapping[S, tuple[Label, str]]) -> Sequence[tuple[str, Label]]:
    """Return a tab for all rows, and one for each of ``states`` with its label."""
    return ((ALL, _l("All")), *((state.value, label) for state, (label, _) in states.items()))


def state_counts(counted: Mapping[S, int]) -> dict[str, int]:
    """Return the counts of ``state_tabs``: all rows, and those of each state."""
    return {ALL: sum(counted.values()), **{state.value: count for state, count in counted.items()}}


def part_of(outline: ListOutline, keys: Sequence[str], rows: Sequence[TableRow]) -> Table:
    """Return rows of a list as a table that stands inside a page, with the columns of ``keys`` alone."""
    places = {column.key: place for place, column in enumerate(outline.columns)}
    columns = [outline.columns[places[key]] for key in keys]
    shown = [replace(row, cells=[row.cells[places[key]] for key in keys]) for row in rows]
    return plain_table(outline.label, columns, shown)


def plain_table(label: Label, columns: Sequence[TableColumn], rows: Sequence[TableRow]) -> Table:
    """Return a table that stands inside a page: without tabs, filters, sorting and pages."""
    return Table(id="", label=str(label), columns=[_plain_heading(one) for one in columns], rows=rows)


def csv_rows(
    columns: Sequence[TableColumn], rows: Sequence[TableRow]
) -> tuple[list[str], list[list[object]]]:
    """Return the headings of a list and its rows as a CSV file has them."""
    exported = [place for place, column in enumerate(columns) if column.is_exported]
    headings = [str(columns[place].label) for place in exported]
    return headings, [[row.cells[place].exported for place in exported] for row in rows]


def _heading(column: TableColumn, asked: ListRequest) -> Heading:
    if not column.sorts:
        return _plain_heading(column)
    is_sorted = asked.sort_key == column.key
    other = f"-{column.key}" if is_sorted and not asked.is_descending else column.key
    order = "descending" if asked.is_descending else "ascending"
    return replace(_plain_heading(column), sort_url=asked.url(sort=other), sorted=order if is_sorted else "")


def _plain_heading(column: TableColumn) -> Heading:
    return Heading(
        key=column.key,
        label=str(column.label),
        kind=column.kind,
        on_phone=column.on_phone,
        on_tablet=column.on_tablet,
    )


def _tabs(asked: ListRequest, counts: Mapping[str, int]) -> list[Tab]:
    return [
        Tab(label=str(label), url=asked.url(tab=key), is_current=key == asked.tab, count=counts.get(key))
        for key, label in asked.outline.tabs
    ]


def _shown_filter(one: ListFilter, asked: ListRequest) -> ShownFilter:
    value = asked.filters.get(one.name, "")
    choices = [(key, str(label), key == value) for key, label in one.choices]
    return ShownFilter(name=one.name, label=str(one.label), choices=choices, value=value, is_day=one.is_day)


def _find(asked: ListRequest, filters: Sequence[ShownFilter]) -> Find:
    outline, refused = asked.outline, asked.refused_find
    first = outline.tabs[0][0] if outline.tabs else ""
    sort = "" if asked.sort == outline.usual_sort(asked.tab) else asked.sort
    others = {"tab": "" if asked.tab == first else asked.tab, "sort": sort}
    others = {name: text for name, text in others.items() if text}
    emptied = {"find": "", **{one.name: "" for one in filters}}
    return Find(
        label=str(outline.find_label),
        value=refused.typed if refused else asked.find,
        url=asked.find_address(others) if asked.find_address else asked.address({}),
        hidden={} if asked.find_address else others,
        reset_url=asked.url(**emptied) if asked.is_narrowed or refused else "",
        by_post=asked.find_address is not None,
        error=refused.error if refused else "",
        all_url=asked.url(tab=ALL) if outline.find_all_label and asked.find and asked.tab != ALL else "",
        all_label=str(outline.find_all_label),
    )


def _empty(asked: ListRequest) -> tuple[str, str]:
    if asked.is_narrowed:
        return str(_l("Nothing found")), str(_l("Check the spelling, or remove a filter."))
    title, text = asked.outline.empty
    return str(title), str(text)
