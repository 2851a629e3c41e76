"""Lists of the back office read from their address, and answered as CSV."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from kashcraft.backoffice.presenters.tables import Cell, ListFilter, ListOutline, TableColumn, TableRow
from kashcraft.backoffice.views.lists import answer_list, back_to, read_list, selected_ids

LIST = ListOutline(
    name="orders",
    label="Orders",
    endpoint="backoffice.orders",
    columns=(TableColumn(key="number", label="Order", sorts=True),),
    sort="number",
    tabs=(("pack", "To pack"), ("all", "All")),
)
STATE = ListFilter(name="state", label="State", choices=(("", "All"), ("paid", "Paid")))
ONE, TWO = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"


@pytest.mark.parametrize(
    ("query", "tab", "sort", "page", "state"),
    [
        ("", "pack", "number", 1, ""),
        ("tab=all&sort=-number&page=4&state=paid", "all", "-number", 4, "paid"),
        ("tab=none&sort=password&page=-1&state=lost", "pack", "number", 1, ""),
    ],
)
def test_what_an_address_does_not_know_is_left_out(
    app: Flask, query: str, tab: str, sort: str, page: int, state: str
) -> None:
    with app.test_request_context(f"/?{query}"):
        asked = read_list(LIST, filters=[STATE])

    assert (asked.tab, asked.sort, asked.page, asked.filters) == (tab, sort, page, {"state": state})


def test_the_search_is_cut_and_its_blanks_are_trimmed(app: Flask) -> None:
    with app.test_request_context("/?find=%20" + "x" * 200):
        assert read_list(LIST).find == "x" * 120


def test_a_csv_file_has_every_row_and_guards_formulas(app: Flask) -> None:
    numbers = [f"KC-{place}" for place in range(501)] + ["=1+1"]

    def fetch(page: int, size: int) -> tuple[list[str], int]:
        return numbers[(page - 1) * size : page * size], len(numbers)

    with app.test_request_context("/?format=csv"):
        answer = answer_list(
            "none.html",
            read_list(LIST),
            fetch,
            lambda found: [TableRow(id=one, cells=[Cell(text=one)]) for one in found],
        )

    lines = answer.get_data(as_text=True).split("\r\n")
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        "text/csv",
        'attachment; filename="orders.csv"',
    )
    assert (len(lines), lines[0], lines[1], lines[502]) == (504, "Order", "KC-0", "'=1+1")


def test_selected_rows_keep_their_order_and_count_once(app: Flask) -> None:
    sent = {"ids": [TWO, ONE, TWO, "nothing"]}
    with app.test_request_context("/", method="POST", data=sent):
        assert selected_ids() == [UUID(TWO), UUID(ONE)]


@pytest.mark.parametrize(
    ("back", "address"),
    [
        ("/backoffice/orders?tab=all&page=2&notice=x", "/backoffice/orders?tab=all&page=2"),
        ("https://elsewhere.example/?tab=all", "/backoffice/orders?tab=all"),
        ("", "/backoffice/orders"),
    ],
)
def test_a_form_leads_back_to_the_list_with_its_filters_and_nowhere_else(
    app: Flask, back: str, address: str
) -> None:
    with app.test_request_context("/", method="POST", data={"back": back}):
        assert back_to("backoffice.orders") == address
