"""Products as rows of their list, and what a change of many does to each."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kashcraft.backoffice.presenters.tables import csv_rows
from kashcraft.backoffice.products.presenters.bulk import (
    changes_table,
    offered_changes,
    planned_prices,
    planned_statuses,
    planned_tags,
    refused,
)
from kashcraft.backoffice.products.presenters.listing import LIST, product_row, status_counts
from kashcraft.backoffice.products.presenters.options import LostVariant, lost_text
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.catalogue.rules.product_list import ListedProduct, PageRow, SoldRow
from kashcraft.core.formats import Formats
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.uploads.rules.pictures import StoredPicture

ENGLISH = Formats("en_US", UTC)
ONE = ProductId(UUID(int=1))


def listed(**values: object) -> ListedProduct:
    known: dict[str, object] = {
        "id": ONE, "name": "Pheran", "slug": "pheran", "skus": ("KC-S", "KC-M", "KC-L"),
        "status": Status.ACTIVE, "publish_at": None, "currency": "USD", "low": 4000, "high": 6050,
        "is_on_sale": True, "units": 12, "variants": 3,
        "picture": StoredPicture("pheran-0123456789ab", 1280, 1600, (320, 640)),
    }  # fmt: skip
    return ListedProduct(**{**known, **values})  # type: ignore[arg-type]


def test_a_row_has_the_range_of_prices_and_all_skus_in_a_file() -> None:
    row = product_row(listed(), ENGLISH, url="/of", stock_url="/stock")

    name, sku, price, sale, stock, state, publish = row.cells
    assert (name.text, name.note, name.href, sku.text) == ("Pheran", "3 variants", "/of", "KC-S and 2 more")
    assert (price.text, sale.text, stock.text, stock.href) == ("$40.00–$60.50", "On sale", "12", "/stock")
    assert (state.text, publish.text, publish.at) == ("Active", "", None)
    assert getattr(name.image, "src", "") == "/media/pheran-0123456789ab-640.webp"
    _, (exported,) = csv_rows(LIST.columns, [row])
    assert [str(one) for one in exported] == [
        "Pheran", "KC-S KC-M KC-L", "40.00", "On sale", "12", "Active", "",
    ]  # fmt: skip


def test_a_row_of_a_draft_without_variants() -> None:
    at = datetime(2026, 4, 1, tzinfo=UTC)
    draft = listed(
        skus=("KC-1",), high=4000, is_on_sale=False, units=999, variants=0, picture=None,
        status=Status.DRAFT, publish_at=at,
    )  # fmt: skip
    name, sku, price, sale, stock, state, publish = product_row(draft, ENGLISH, url="/of", stock_url="").cells

    assert (name.note, name.image, sku.text, price.text, sale.text) == ("", None, "KC-1", "$40.00", "")
    assert (stock.text, state.text, publish.at) == ("Not counted", "Draft", at)
    gone = product_row(listed(low=None, high=None, skus=()), ENGLISH, url="", stock_url="")
    assert [gone.cells[place].text for place in (1, 2)] == ["", ""]


def test_tabs_count_every_status() -> None:
    assert status_counts({Status.ACTIVE: 3, Status.ARCHIVED: 1}) == {
        "all": 4, "active": 3, "draft": 0, "archived": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tab", "offered"),
    [
        ("all", ["publish", "archive", "restore", "tag", "untag", "prices"]),
        ("active", ["archive", "tag", "untag", "prices"]),
        ("archived", ["restore", "tag", "untag", "prices"]),
    ],
)
def test_a_tab_offers_what_its_rows_may_need(tab: str, offered: list[str]) -> None:
    assert offered_changes(tab) == offered


def page(status: Status, *tags: str) -> PageRow:
    return PageRow(id=ONE, name="Bowl", status=status, tags=tags)


@pytest.mark.parametrize(
    ("change", "status", "then", "outcome"),
    [
        ("publish", Status.DRAFT, "Active", "changes"),
        ("publish", Status.ARCHIVED, "Archived", "same"),
        ("archive", Status.ACTIVE, "Archived", "changes"),
        ("archive", Status.ARCHIVED, "Archived", "same"),
        ("restore", Status.ARCHIVED, "Draft", "changes"),
        ("restore", Status.ACTIVE, "Active", "same"),
    ],
)
def test_only_a_fitting_status_changes(change: str, status: Status, then: str, outcome: str) -> None:
    (row,) = planned_statuses([page(status)], change)

    assert (row.after, row.outcome) == (then, outcome)


def test_tags_are_added_and_removed() -> None:
    pages = [page(Status.ACTIVE, "gift"), page(Status.ACTIVE)]

    added = planned_tags(pages, "gift", present=True)
    assert [(row.before, row.after, row.outcome) for row in added] == [
        ("gift", "gift", "same"), ("", "gift", "changes"),
    ]  # fmt: skip
    removed = planned_tags(pages, "gift", present=False)
    assert [(row.after, row.outcome) for row in removed] == [("", "changes"), ("", "same")]
    assert [row.outcome for row in planned_tags(pages, "", present=True)] == ["same", "same"]


def test_prices_are_shown_before_and_after_and_refused_with_a_reason() -> None:
    sold = [
        SoldRow(id=ONE, page_id=ONE, name="Pheran", options=options, sku="KC", price=Money(minor, "USD"),
                sale_price=Money(3900, "USD") if minor == 4000 else None)
        for options, minor in (("Size: S", 4000), ("", 5000), ("", 100))
    ]  # fmt: skip
    rows = planned_prices(sold, -500, -100, ENGLISH)

    assert [(row.title, row.before, row.after, row.outcome) for row in rows] == [
        ("Pheran (Size: S)", "$40.00", "$40.00", "refused"),
        ("Pheran", "$50.00", "$46.50", "changes"),
        ("Pheran", "$1.00", "$1.00", "refused"),
    ]
    assert [row.reason for row in rows] == [
        "The sale price would not be below the price.", "", "A price would be below 0.",
    ]  # fmt: skip
    assert refused(rows[1], "").outcome == "done"
    back = refused(rows[1], "price_changed_since")
    assert (back.after, back.outcome) == ("$50.00", "refused")
    cells = changes_table([back]).rows[0].cells
    assert [cell.text for cell in cells] == ["Pheran", "$50.00", "$50.00", "Not changed"]
    assert cells[3].note == "Its price was changed in the meantime."


def test_a_lost_variant_is_named_with_its_units_and_carts() -> None:
    assert LostVariant("S / Red", 1, 0).text(ENGLISH) == "S / Red: 1 unit in stock"
    assert LostVariant("S", 1200, 2).text(ENGLISH) == "S: 1,200 units in stock, in 2 carts"
    assert lost_text(2) == "2 variants would be archived. Please agree to that."
