"""The list of vouchers: its tabs, and the rows of vouchers and campaigns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from kashcraft.backoffice.presenters.tables import Cell, TimeStyle
from kashcraft.backoffice.vouchers.presenters.listing import (
    LIST,
    STATES,
    CampaignResults,
    ListedVoucher,
    campaign_row,
    voucher_row,
)
from kashcraft.core.formats import Formats
from kashcraft.core.ids import VoucherId
from kashcraft.core.money import Money
from kashcraft.vouchers.queries.backoffice import SORTED_BY
from kashcraft.vouchers.rules import VoucherState

FORMATS = Formats("en_US", "UTC")
STARTS, ENDS = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
SPRING = ListedVoucher(
    id=VoucherId(UUID(int=7)), code="SPRING", name="Spring", discount="10% off", is_automatic=False,
    campaign="E-mails", starts=STARTS, ends=ENDS, uses=2, limit=5, discounts=Money(1_250, "USD"),
    state=VoucherState.RUNNING,
)  # fmt: skip


def test_every_state_has_a_tab_and_a_label() -> None:
    assert [key for key, _ in LIST.tabs] == ["all", "running", "scheduled", "used_up", "ended", "off"]
    assert set(STATES) == set(VoucherState)


def test_the_list_sorts_by_what_its_query_sorts_by() -> None:
    assert LIST.sortable == {*SORTED_BY, "uses", "discounts"}


def test_the_row_of_a_voucher_has_a_cell_for_each_column() -> None:
    row = voucher_row(SPRING, FORMATS, url="/voucher")

    assert (row.id, row.title) == (str(SPRING.id), "SPRING")
    assert row.cells == (
        Cell(text="SPRING", href="/voucher"),
        Cell(text="Spring"),
        Cell(text="10% off"),
        Cell(text="E-mails"),
        Cell(at=STARTS, style=TimeStyle.DAY),
        Cell(at=ENDS, style=TimeStyle.TIME),
        Cell(text="2 of 5", export=2),
        Cell(text="$12.50", export=SPRING.discounts.amount),
        Cell(text="Running", tag="good"),
    )


def test_the_row_of_an_automatic_voucher_without_a_limit() -> None:
    row = voucher_row(replace(SPRING, is_automatic=True, limit=None), FORMATS, url="/voucher")

    assert (row.cells[2].note, row.cells[6].text) == ("automatic", "2")


def test_the_row_of_a_campaign_links_its_vouchers() -> None:
    discounts, revenue = Money(1_000, "USD"), Money(9_000, "USD")
    results = CampaignResults(
        name="E-mails", url="/vouchers", vouchers=2, uses=3, discounts=discounts, revenue=revenue
    )

    assert [cell.text for cell in campaign_row(results, FORMATS).cells] == [
        "E-mails", "2", "3", "$10.00", "$90.00",
    ]  # fmt: skip
    assert campaign_row(results, FORMATS).cells[0].href == "/vouchers"
    assert campaign_row(replace(results, name=""), FORMATS).cells[0] == Cell(text="Without a campaign")
