"""The tables of pages: headings, cells, sorting, selection, filters, and what stands there without rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from kashcraft.backoffice.presenters.tables import (
    BulkAction,
    Cell,
    ColumnKind,
    Find,
    Heading,
    ShownFilter,
    Tab,
    Table,
    TableRow,
    TimeStyle,
)
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.pagination import ListPage
from kashcraft.core.settings import settings

Draw = Callable[..., str]


ORDER = Heading(key="number", label="Order", kind=ColumnKind.TEXT)


def row(*cells: Cell, item: object = None) -> TableRow:
    """Return the row of one order."""
    return TableRow(id="7", cells=cells, title="order KC-7", item=item)


def listed(*columns: Heading, rows: Sequence[TableRow] | None = None) -> Table:
    """Return a list of one order, or of ``rows``, with nothing around it."""
    shown = [row(Cell(text="KC-7"))] if rows is None else rows
    return Table(id="orders", label="Orders", columns=columns or [ORDER], rows=shown)


@pytest.fixture
def draw(app: Flask) -> Draw:
    """Return a function that renders a call of a macro, without the white space between elements."""

    def rendered(call: str, **values: object) -> str:
        source = '{% from "components/table.html" import simple_table, table %}' + call
        with app.test_request_context():
            settings()  # as every page has read them before it renders
            html = app.jinja_env.from_string(source).render(values)
        return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html)).strip()

    return rendered


def test_table_inside_a_page_has_a_label_a_heading_and_a_title_cell_in_each_row(draw: Draw) -> None:
    html = draw(
        "{{ simple_table('Items', [('Product', 'text'), ('Price', 'number')], rows) }}",
        rows=[[Cell(text="Slippers", note="Size: 43"), "$68.00"]],
    )

    assert html == (
        '<div class="table-wrap" role="group" tabindex="0" aria-label="Items"><table class="table">'
        '<thead><tr><th scope="col" data-kind="text">Product</th>'
        '<th scope="col" data-kind="number">Price</th></tr></thead>'
        '<tbody><tr><th scope="row" data-kind="text">Slippers'
        '<span class="table__note">Size: 43</span></th>'
        '<td data-kind="number"><span class="table__label">Price </span>$68.00</td>'
        "</tr></tbody></table></div>"
    )


def test_list_stands_in_its_element_with_ids_of_its_rows(draw: Draw) -> None:
    assert draw("{{ table(view) }}", view=listed()) == (
        '<data-table class="data-table" id="orders">'
        '<div class="table-wrap" role="group" tabindex="0" aria-label="Orders"><table class="table">'
        '<thead><tr><th scope="col" data-kind="text">Order</th></tr></thead>'
        '<tbody><tr id="orders-7"><th scope="row" data-kind="text">KC-7</th></tr></tbody>'
        "</table></div></data-table>"
    )


def test_table_without_an_id_has_no_element_and_no_ids(draw: Draw) -> None:
    html = draw(
        "{{ table(view) }}", view=Table(id="", label="Orders", columns=[ORDER], rows=[row(Cell(text="KC-7"))])
    )

    assert ("<data-table" in html, "id=" in html, "<tr><th" in html) == (False, False, True)


@pytest.mark.parametrize(
    ("cell", "html"),
    [
        (Cell(text="KC-7", href="/orders/7"), '<a href="/orders/7">KC-7</a>'),
        (Cell(text="<b>"), "&lt;b&gt;"),
        (Cell(text="Paid", tag="warn"), '<span class="tag" data-state="warn">Paid</span>'),
        (Cell(text="Ada", note="US"), 'Ada<span class="table__note">US</span>'),
    ],
    ids=["link", "escaped text", "tag", "note"],
)
def test_cell_is_written_by_what_it_holds(draw: Draw, cell: Cell, html: str) -> None:
    page = draw("{{ table(view) }}", view=listed(rows=[row(cell)]))

    assert f'<th scope="row" data-kind="text">{html}</th>' in page


MOMENT = 'datetime="2026-03-01T08:00:00+00:00"'


@pytest.mark.parametrize(
    ("style", "html"),
    [
        ("ago", f'<time {MOMENT} title="March 1, 2026, 8:00 AM">26 h ago</time>'),
        ("day", f'<time {MOMENT} title="March 1, 2026, 8:00 AM">March 1, 2026</time>'),
        ("time", f"<time {MOMENT}>March 1, 2026, 8:00 AM</time>"),
    ],
)
def test_moment_is_written_in_the_style_of_its_cell(
    draw: Draw, frozen: FrozenClock, style: str, html: str
) -> None:
    at = clock.now() - timedelta(hours=26)
    page = draw("{{ table(view) }}", view=listed(rows=[row(Cell(at=at, style=TimeStyle(style)))]))

    assert html in page.replace("\u202f", " ")


def test_heading_links_to_its_order_and_says_how_the_list_is_sorted(draw: Draw) -> None:
    number = Heading(key="number", label="Order", kind=ColumnKind.TEXT, sort_url="?sort=number")
    age = Heading(key="age", label="Age", kind=ColumnKind.TIME, sort_url="?sort=-age", sorted="ascending")
    view = listed(number, age, rows=[row(Cell(text="KC-7"), Cell(text="1 h"))])
    html = draw("{{ table(view) }}", view=view)

    assert (
        '<th scope="col" data-kind="text"><a class="table__sort" href="?sort=number">Order</a></th>' in html
    )
    assert (
        '<th scope="col" data-kind="time" aria-sort="ascending">'
        '<a class="table__sort" href="?sort=-age">Age</a></th>'
    ) in html


def test_custom_cell_is_written_by_the_page(draw: Draw) -> None:
    following = Heading(key="next", label="Next", kind=ColumnKind.CUSTOM)
    html = draw(
        "{% call(row, column) table(view) %}<b>{{ column.label }} {{ row.item }}</b>{% endcall %}",
        view=listed(ORDER, following, rows=[row(Cell(text="KC-7"), Cell(), item="pack")]),
    )

    assert '<td data-kind="custom"><b>Next pack</b></td>' in html


def test_number_has_its_label_for_narrow_screens_unless_it_is_the_title(draw: Draw) -> None:
    quantity = Heading(key="quantity", label="Quantity", kind=ColumnKind.NUMBER)
    held = Heading(key="held", label="Held", kind=ColumnKind.NUMBER)
    view = listed(quantity, held, rows=[row(Cell(text="4"), Cell(text="1"))])
    html = draw("{{ table(view) }}", view=view)

    assert '<th scope="row" data-kind="number">4</th>' in html
    assert '<td data-kind="number"><span class="table__label">Held </span>1</td>' in html


def test_rows_are_selected_for_a_form_of_actions_below_the_table(draw: Draw) -> None:
    bulk = [BulkAction(label="Mark as packed", url="/packed")]
    html = draw("{{ table(view) }}", view=replace(listed(), bulk=bulk, back="/orders?page=2"))

    assert (
        '<input type="checkbox" form="orders-bulk" name="ids" value="7" aria-label="Select order KC-7">'
    ) in html
    assert '<input type="checkbox" data-all aria-label="Select all rows" hidden>' in html
    form = html.partition("</table>")[2].partition('<form class="bulk-bar"')[2]
    assert form.startswith(' id="orders-bulk" method="post" aria-label="Actions for the selected rows">')
    assert '<input type="hidden" name="back" value="/orders?page=2">' in form
    assert (
        '<button class="button" data-kind="secondary" type="submit" formaction="/packed">'
        '<span class="button__text">Mark as packed</span></button>'
    ) in form


def test_list_without_actions_has_nothing_to_select(draw: Draw) -> None:
    assert "checkbox" not in draw("{{ table(view) }}", view=listed())


def test_tabs_are_links_with_counts_and_one_is_current(draw: Draw) -> None:
    tabs = (
        Tab(label="To pack", url="?tab=pack", is_current=True, count=1200),
        Tab(label="All", url="?tab=all", is_current=False, count=None),
    )

    assert (
        '<nav class="tabs" aria-label="Orders"><ul>'
        '<li><a class="tabs__tab" href="?tab=pack" aria-current="page">To pack '
        '<span class="tabs__count">1,200</span></a></li>'
        '<li><a class="tabs__tab" href="?tab=all">All</a></li></ul></nav>'
    ) in draw("{{ table(view) }}", view=replace(listed(), tabs=tabs))


def test_filters_are_one_form_that_keeps_the_rest_of_the_address(draw: Draw) -> None:
    hidden, reset = {"tab": "pack"}, "/orders?tab=pack"
    find = Find(label="Number", value="ada", url="/orders", hidden=hidden, reset_url=reset)
    choices = [("", "All", False), ("US", "US", True)]
    country = ShownFilter(name="country", label="Country", choices=choices)
    view = replace(listed(), find=find, filters=[country], csv_url="/orders?format=csv")
    html = draw("{{ table(view) }}", view=view)

    assert '<form class="filters__form" method="get" action="/orders" hx-get="/orders"' in html
    assert '<input type="hidden" name="tab" value="pack">' in html
    assert 'id="orders-find" name="find" value="ada"' in html
    assert '<label class="filters__label" for="orders-country">Country</label>' in html
    assert '<option value="">All</option><option value="US" selected>US</option>' in html
    assert '<a class="link" href="/orders?tab=pack">Clear</a>' in html
    assert re.search(r'<a class="filters__csv" href="/orders\?format=csv" download>.*?CSV</a>', html)


def test_empty_list_keeps_its_tools_and_says_what_will_appear(draw: Draw) -> None:
    find = Find(label="Number", value="zzz", url="/orders", hidden={}, reset_url="")
    view = replace(listed(rows=[]), find=find, empty=("No orders yet", "Paid orders appear here."))
    html = draw("{{ table(view) }}", view=view)

    assert ("<table" in html, "filters__form" in html) == (False, True)
    assert "<h2>No orders yet</h2><p>Paid orders appear here.</p>" in html


def test_list_of_several_pages_says_where_one_is(draw: Draw) -> None:
    page: ListPage[TableRow] = ListPage([], 2, 30, 43, lambda number: f"?page={number}")

    assert '<p class="pages-count">31–43 of 43</p>' in draw(
        "{{ table(view) }}", view=replace(listed(), page=page)
    )
