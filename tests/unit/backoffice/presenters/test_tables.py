"""Tables of the back office: addresses of tabs, sorting, filters and pages, and rows of a CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    ListFilter,
    ListOutline,
    ListRequest,
    RefusedFind,
    TableColumn,
    TableRow,
    csv_rows,
    list_table,
    part_of,
    plain_table,
    state_counts,
    state_tabs,
)

ORDERS = ListOutline(
    name="orders",
    label="Orders",
    endpoint="backoffice.orders",
    columns=(
        TableColumn(key="number", label="Order"),
        TableColumn(key="total", label="Total", kind=ColumnKind.NUMBER, sorts=True),
        TableColumn(key="age", label="Age", kind=ColumnKind.TIME, sorts=True),
        TableColumn(key="next", label="Next", kind=ColumnKind.CUSTOM, is_exported=False),
    ),
    sort="age",
    tabs=(("pack", "To pack"), ("all", "All")),
    find_label="Number or name",
    size=2,
    empty=("Nothing to send", "Paid orders appear here."),
)
COUNTRY = ListFilter(
    name="country", label="Country", choices=(("", "All"), ("IN", "India"), ("US", "United States"))
)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
ROW = TableRow(
    id="1",
    cells=[Cell(text="KC-1", note="gift"), Cell(text="$12.00", export="12.00"), Cell(at=NOON), Cell()],
)


def address(query: Mapping[str, str]) -> str:
    return f"/orders?{urlencode(query)}" if query else "/orders"


def asked(**values: object) -> ListRequest:
    return ListRequest(**{"outline": ORDERS, "address": address, "tab": "pack", "sort": "age", **values})


def test_an_address_leaves_out_what_is_empty_or_usual() -> None:
    request = asked(tab="all", find="ada", filters={"country": "IN"})

    assert request.url() == "/orders?tab=all&find=ada&country=IN"
    assert request.url(tab="pack", find="") == "/orders?country=IN"
    assert request.url(page="3") == "/orders?tab=all&find=ada&country=IN&page=3"
    assert asked().url() == "/orders"


def test_a_tab_is_a_link_with_its_count() -> None:
    table = list_table(asked(tab="all"), [ROW], 1, counts={"pack": 8})

    assert [(tab.label, tab.url, tab.is_current, tab.count) for tab in table.tabs] == [
        ("To pack", "/orders", False, 8),
        ("All", "/orders?tab=all", True, None),
    ]


def test_a_heading_sorts_by_its_column_and_turns_the_order_round() -> None:
    rising, falling = list_table(asked(), [ROW], 1), list_table(asked(sort="-age"), [ROW], 1)

    assert [(one.label, one.sort_url, one.sorted) for one in rising.columns] == [
        ("Order", "", ""),
        ("Total", "/orders?sort=total", ""),
        ("Age", "/orders?sort=-age", "ascending"),
        ("Next", "", ""),
    ]
    assert (falling.columns[2].sort_url, falling.columns[2].sorted) == ("/orders", "descending")


def test_pages_csv_and_the_way_back_stay_with_what_is_filtered() -> None:
    table = list_table(asked(find="ada", page=2), [ROW], 3)

    assert table.page is not None
    assert (table.page.pages, table.page.url_for(1)) == (2, "/orders?find=ada&page=1")
    assert (table.csv_url, table.back) == ("/orders?find=ada&format=csv", "/orders?find=ada&page=2")


def test_a_filter_shows_what_is_chosen_and_can_be_reset() -> None:
    table = list_table(asked(find="ada", filters={"country": "IN"}, offered=[COUNTRY]), [ROW], 1)

    assert table.filters[0].choices == [
        ("", "All", False),
        ("IN", "India", True),
        ("US", "United States", False),
    ]
    assert table.find is not None
    assert (table.find.value, table.find.url, table.find.hidden) == ("ada", "/orders", {})
    assert table.find.reset_url == "/orders"


def test_a_search_of_one_tab_offers_all_of_them() -> None:
    outline = replace(ORDERS, find_all_label="Search all orders")
    part = list_table(asked(outline=outline, find="ada"), [ROW], 1).find
    everywhere = list_table(asked(outline=outline, find="ada", tab="all"), [ROW], 1).find
    unsearched = list_table(asked(outline=outline), [ROW], 1).find

    assert part is not None
    assert (part.all_label, part.all_url) == ("Search all orders", "/orders?tab=all&find=ada")
    assert [one.all_url for one in (everywhere, unsearched) if one] == ["", ""]


def test_a_search_by_post_keeps_the_state_of_the_list_in_its_address() -> None:
    request = asked(tab="all", sort="-total", find_address=lambda query: f"/find?{urlencode(query)}")
    find = list_table(request, [ROW], 1).find

    assert find is not None
    assert (find.by_post, find.url, find.hidden) == (True, "/find?tab=all&sort=-total", {})


def test_a_refused_search_shows_what_was_typed_and_puts_it_in_no_address() -> None:
    request = asked(refused_find=RefusedFind("GC-1234", "No card has this code."))
    table = list_table(request, [ROW], 1)

    assert table.find is not None
    assert (table.find.value, table.find.error) == ("GC-1234", "No card has this code.")
    assert table.find.reset_url == "/orders"
    assert "GC-1234" not in f"{table.csv_url}{table.back}{table.tabs}"


def test_a_tab_can_have_a_usual_order_of_its_own() -> None:
    outline = replace(ORDERS, tab_sorts={"all": "-age"})
    pack, everything = asked(outline=outline), asked(outline=outline, tab="all", sort="-age")

    assert (pack.url(tab="all"), everything.url(tab="pack")) == ("/orders?tab=all", "/orders")
    assert everything.url(sort="age") == "/orders?tab=all&sort=age"
    assert pack.url(sort="-age") == "/orders?sort=-age"
    assert (outline.usual_sort("pack"), outline.usual_sort("all")) == ("age", "-age")


def test_states_are_tabs_after_that_of_all_rows() -> None:
    states = {ColumnKind.TEXT: ("Words", "good"), ColumnKind.NUMBER: ("Numbers", "bad")}

    assert [(key, str(label)) for key, label in state_tabs(states)] == [
        ("all", "All"),
        ("text", "Words"),
        ("number", "Numbers"),
    ]
    assert state_counts({ColumnKind.TEXT: 2, ColumnKind.NUMBER: 3}) == {"all": 5, "text": 2, "number": 3}


def test_a_part_of_a_list_has_some_of_its_columns_in_the_given_order() -> None:
    table = part_of(ORDERS, ["age", "number"], [ROW])

    assert ([one.label for one in table.columns], table.label, table.id) == (["Age", "Order"], "Orders", "")
    assert table.rows[0].cells == [ROW.cells[2], ROW.cells[0]]


def test_an_empty_list_says_whether_something_is_filtered() -> None:
    assert list_table(asked(), [], 0).empty == ("Nothing to send", "Paid orders appear here.")
    assert list_table(asked(find="x"), [], 0).empty == (
        "Nothing found",
        "Check the spelling, or remove a filter.",
    )


def test_a_csv_file_has_values_where_the_page_has_formatted_text() -> None:
    assert csv_rows(ORDERS.columns, [ROW]) == (
        ["Order", "Total", "Age"],
        [["KC-1 (gift)", "12.00", "2026-11-30T12:00:00+00:00"]],
    )


def test_a_table_inside_a_page_has_headings_and_rows_alone() -> None:
    table = plain_table("Orders", ORDERS.columns, [ROW])

    assert ([one.label for one in table.columns], table.rows) == (["Order", "Total", "Age", "Next"], [ROW])
    assert (table.tabs, table.find, table.page, table.csv_url) == ((), None, None, "")
