"""Lists of the back office: read from the address, answered as a page or as a CSV file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.presenters.tables import (
    BulkAction,
    ListFilter,
    ListOutline,
    ListRequest,
    TableRow,
    csv_rows,
    list_table,
)
from kashcraft.core import spreadsheets
from kashcraft.core.pagination import page_number

LONGEST_SEARCH = 120
# Enough rows for any spreadsheet, and few enough for one response.
MOST_EXPORTED = 10_000
PORTION = 500
MOST_SELECTED = 200

T = TypeVar("T")


def read_list(outline: ListOutline, *, filters: Sequence[ListFilter] = (), **path: Any) -> ListRequest:
    """Return what the address of the present request asks of a list; what it does not know is left out."""
    asked, finder = request.args, outline.find_endpoint
    tab = _one_of([key for key, _ in outline.tabs], asked.get("tab", ""))
    sort = asked.get("sort", "")
    return ListRequest(
        outline=outline,
        address=_address_of(partial(url_for, outline.endpoint, **path)),
        find_address=_address_of(partial(url_for, finder, **path)) if finder else None,
        tab=tab,
        find=asked.get("find", "").strip()[:LONGEST_SEARCH],
        sort=sort if sort.removeprefix("-") in outline.sortable else outline.usual_sort(tab),
        page=page_number(asked.get("page")),
        filters={one.name: _value_of(one, asked.get(one.name, "")) for one in filters},
        offered=filters,
        as_csv=asked.get("format") == "csv",
    )


def _one_of(known: Sequence[str], text: str) -> str:
    """Return ``text`` where it is known, else the first that is known, empty without any."""
    return text if text in known else next(iter(known), "")


def _value_of(one: ListFilter, text: str) -> str:
    """Return what a filter is set to; text that is no choice and no day leaves nothing out."""
    if not one.is_day:
        return _one_of(["", *dict(one.choices)], text)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _address_of(page: Callable[..., str]) -> Callable[[Mapping[str, str]], str]:
    return lambda query: page(**query)


def answer_list(
    template: str,
    asked: ListRequest,
    fetch: Callable[[int, int], tuple[Sequence[T], int]],
    present: Callable[[Sequence[T]], Sequence[TableRow]],
    *,
    counts: Callable[[], Mapping[str, int]] | None = None,
    bulk: Sequence[BulkAction] = (),
    context: Callable[[], Mapping[str, object]] = dict,
) -> ResponseReturnValue:
    """Return a list as its page, or as a CSV file of everything that is filtered.

    ``fetch`` takes number and size of a page and returns its items and the total of all pages.
    """
    if asked.as_csv:
        return csv_file(asked.outline, present, _all(fetch))
    found, total = fetch(asked.page, asked.outline.size)
    of_tabs = counts() if counts else {}
    listed = list_table(asked, present(found), total, counts=of_tabs, bulk=bulk)
    return render_template(template, listed=listed, **context())


def csv_file(
    outline: ListOutline,
    present: Callable[[Sequence[T]], Sequence[TableRow]],
    portions: Iterable[Sequence[T]],
) -> Response:
    """Return the rows of a list as a CSV file to save."""
    rows: list[list[object]] = []
    headings: list[str] = csv_rows(outline.columns, [])[0]
    for portion in portions:
        rows += csv_rows(outline.columns, present(portion))[1]
    return save_as(spreadsheets.to_csv(headings, rows), f"{outline.name}.csv")


def save_as(text: str, name: str) -> Response:
    """Return a CSV file that browsers save under ``name``."""
    response = make_response(text)
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def selected_ids() -> list[UUID]:
    """Return the ids of the selected rows, in their order and each once; what is no id is left out."""
    found: dict[UUID, None] = {}
    for text in request.form.getlist("ids")[:MOST_SELECTED]:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)


def back_to(endpoint: str, **path: Any) -> str:
    """Return the address of the list from which the present form was sent, with its filters and page.

    Only the query of ``back`` is used, so a form cannot lead anywhere else.
    """
    query = parse_qsl(request.form.get("back", "").partition("?")[2][:1_000])
    query_values = [(name, text) for name, text in query if name not in ("notice", "undo", "format")]
    address = url_for(endpoint, **path)
    return f"{address}?{urlencode(query_values)}" if query_values else address


def _all(fetch: Callable[[int, int], tuple[Sequence[T], int]]) -> Iterable[Sequence[T]]:
    for number in range(1, MOST_EXPORTED // PORTION + 1):
        found, total = fetch(number, PORTION)
        yield found
        if number * PORTION >= total:
            return
