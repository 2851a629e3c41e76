"""The tables of pages: headings, cells, sorting, selection, filters, and what stands there without rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.pagination import ListPage

Draw = Callable[..., str]


@dataclass
class Cell:
    """A cell as lists hand it over."""

    text: str = ""
    href: str = ""
    note: str = ""
    tag: str = ""
    at: datetime | None = None
    style: str = "ago"


@dataclass
class Heading:
    """A column as lists hand it over."""

    label: str
    kind: str = "text"
    sort_url: str = ""
    sorted: str = ""


@dataclass
class Row:
    """A row as lists hand it over."""

    id: str
    cells: list[Cell]
    title: str = ""
    item: object = None


@dataclass
class Table:
    """A list with nothing around it, unless a test says so."""

    columns: list[Heading] = field(default_factory=lambda: [Heading("Order")])
    rows: list[Row] = field(default_factory=lambda: [Row("7", [Cell("KC-7")], "order KC-7")])
    id: str = "orders"
    label: str = "Orders"
    tabs: tuple[SimpleNamespace, ...] = ()
    filters: tuple[SimpleNamespace, ...] = ()
    find: SimpleNamespace | None = None
    bulk: tuple[SimpleNamespace, ...] = ()
    back: str = ""
    csv_url: str = ""
    page: ListPage[Row] | None = None
    empty: tuple[str, str] = ("No orders yet", "Paid orders appear here.")


@pytest.fixture
def draw(app: Flask) -> Draw:
    """Return a function that renders a call of a macro, without the white space between elements."""

    def rendered(call: str, **values: object) -> str:
        source = '{% from "components/table.html" import simple_table, table %}' + call
        with app.test_request_context():
            html = app.jinja_env.from_string(source).render(values)
        return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html)).strip()

    return rendered


def test_table_inside_a_page_has_a_label_a_heading_and_a_title_cell_in_each_row(draw: Draw) -> None:
    html = draw(
        "{{ simple_table('Items', [('Product', 'text'), ('Price', 'number')], rows) }}",
        rows=[[Cell("Slippers", note="Size: 43"), "$68.00"]],
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
    assert draw("{{ table(view) }}", view=Table()) == (
        '<data-table class="data-table" id="orders">'
        '<div class="table-wrap" role="group" tabindex="0" aria-label="Orders"><table class="table">'
        '<thead><tr><th scope="col" data-kind="text">Order</th></tr></thead>'
        '<tbody><tr id="orders-7"><th scope="row" data-kind="text">KC-7</th></tr></tbody>'
        "</table></div></data-table>"
    )


def test_table_without_an_id_has_no_element_and_no_ids(draw: Draw) -> None:
    html = draw("{{ table(view) }}", view=Table(id=""))

    assert ("<data-table" in html, "id=" in html, "<tr><th" in html) == (False, False, True)


@pytest.mark.parametrize(
    ("cell", "html"),
    [
        (Cell("KC-7", href="/orders/7"), '<a href="/orders/7">KC-7</a>'),
        (Cell("<b>"), "&lt;b&gt;"),
        (Cell("Paid", tag="warn"), '<span class="tag" data-state="warn">Paid</span>'),
        (Cell("Ada", note="US"), 'Ada<span class="table__note">US</span>'),
    ],
    ids=["link", "escaped text", "tag", "note"],
)
def test_cell_is_written_by_what_it_holds(draw: Draw, cell: Cell, html: str) -> None:
    page = draw("{{ table(view) }}", view=Table(rows=[Row("7", [cell])]))

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
    page = draw("{{ table(view) }}", view=Table(rows=[Row("7", [Cell(at=at, style=style)])]))

    assert html in page.replace("\u202f", " ")


def test_heading_links_to_its_order_and_says_how_the_list_is_sorted(draw: Draw) -> None:
    columns = [Heading("Order", sort_url="?sort=number"), Heading("Age", "time", "?sort=-age", "ascending")]
    html = draw("{{ table(view) }}", view=Table(columns, [Row("7", [Cell("KC-7"), Cell("1 h")])]))

    assert (
        '<th scope="col" data-kind="text"><a class="table__sort" href="?sort=number">Order</a></th>' in html
    )
    assert (
        '<th scope="col" data-kind="time" aria-sort="ascending">'
        '<a class="table__sort" href="?sort=-age">Age</a></th>'
    ) in html


def test_custom_cell_is_written_by_the_page(draw: Draw) -> None:
    columns = [Heading("Order"), Heading("Next", "custom")]
    html = draw(
        "{% call(row, column) table(view) %}<b>{{ column.label }} {{ row.item }}</b>{% endcall %}",
        view=Table(columns, [Row("7", [Cell("KC-7"), Cell()], item="pack")]),
    )

    assert '<td data-kind="custom"><b>Next pack</b></td>' in html


def test_number_has_its_label_for_narrow_screens_unless_it_is_the_title(draw: Draw) -> None:
    columns = [Heading("Quantity", "number"), Heading("Held", "number")]
    html = draw("{{ table(view) }}", view=Table(columns, [Row("7", [Cell("4"), Cell("1")])]))

    assert '<th scope="row" data-kind="number">4</th>' in html
    assert '<td data-kind="number"><span class="table__label">Held </span>1</td>' in html


def test_rows_are_selected_for_a_form_of_actions_below_the_table(draw: Draw) -> None:
    bulk = (SimpleNamespace(label="Mark as packed", url="/packed", kind="secondary"),)
    html = draw("{{ table(view) }}", view=Table(bulk=bulk, back="/orders?page=2"))

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
    assert "checkbox" not in draw("{{ table(view) }}", view=Table())


def test_tabs_are_links_with_counts_and_one_is_current(draw: Draw) -> None:
    tabs = (
        SimpleNamespace(label="To pack", url="?tab=pack", is_current=True, count=1200),
        SimpleNamespace(label="All", url="?tab=all", is_current=False, count=None),
    )

    assert (
        '<nav class="tabs" aria-label="Orders"><ul>'
        '<li><a class="tabs__tab" href="?tab=pack" aria-current="page">To pack '
        '<span class="tabs__count">1,200</span></a></li>'
        '<li><a class="tabs__tab" href="?tab=all">All</a></li></ul></nav>'
    ) in draw("{{ table(view) }}", view=Table(tabs=tabs))


def test_filters_are_one_form_that_keeps_the_rest_of_the_address(draw: Draw) -> None:
    hidden, reset = {"tab": "pack"}, "/orders?tab=pack"
    find = SimpleNamespace(label="Number", value="ada", url="/orders", hidden=hidden, reset_url=reset)
    choices = [("", "All", False), ("US", "US", True)]
    country = SimpleNamespace(name="country", label="Country", choices=choices)
    html = draw("{{ table(view) }}", view=Table(find=find, filters=(country,), csv_url="/orders?format=csv"))

    assert '<form class="filters__form" method="get" action="/orders" hx-get="/orders"' in html
    assert '<input type="hidden" name="tab" value="pack">' in html
    assert 'id="orders-find" name="find" value="ada"' in html
    assert '<label class="filters__label" for="orders-country">Country</label>' in html
    assert '<option value="">All</option><option value="US" selected>US</option>' in html
    assert '<a class="link" href="/orders?tab=pack">Clear</a>' in html
    assert re.search(r'<a class="filters__csv" href="/orders\?format=csv" download>.*?CSV</a>', html)


def test_empty_list_keeps_its_tools_and_says_what_will_appear(draw: Draw) -> None:
    find = SimpleNamespace(label="Number", value="zzz", url="/orders", hidden={}, reset_url="")
    html = draw("{{ table(view) }}", view=Table(rows=[], find=find))

    assert ("<table" in html, "filters__form" in html) == (False, True)
    assert "<h2>No orders yet</h2><p>Paid orders appear here.</p>" in html


def test_list_of_several_pages_says_where_one_is(draw: Draw) -> None:
    page = ListPage([], 2, 30, 43, lambda number: f"?page={number}")

    assert '<p class="pages-count">31–43 of 43</p>' in draw("{{ table(view) }}", view=Table(page=page))
