"""The list of members: its tabs, its filter, and the row of a member."""

from __future__ import annotations

from datetime import UTC, datetime

from kashcraft.backoffice.customers.presenters.listing import LIST, RISKS, TIER_FILTER, member_row
from kashcraft.backoffice.presenters.tables import Cell, TimeStyle
from kashcraft.core.formats import Formats
from kashcraft.core.ids import UserId, new_id
from kashcraft.loyalty.rules import RiskLevel, StaffMember, Tier

FORMATS = Formats("en_US", "UTC")
LAST = datetime(2026, 2, 1, 9, tzinfo=UTC)


def a_member(*, name: str = "Asha Bhat", last: datetime | None = LAST) -> StaffMember:
    return StaffMember(
        user_id=UserId(new_id()), name=name, email="asha@shop.example", tier=Tier.SILVER, balance=1_250,
        total_points=2_000, total_spent=30_050, last_purchase=last, risk=RiskLevel.AT_RISK,
    )  # fmt: skip


def test_there_is_a_tab_for_all_members_and_one_for_each_risk_level() -> None:
    assert [key for key, _ in LIST.tabs] == ["all", *(level.value for level in RISKS)]
    assert set(RISKS) == set(RiskLevel)


def test_members_are_filtered_by_any_tier() -> None:
    assert [value for value, _ in TIER_FILTER.choices] == ["", *(tier.value for tier in Tier)]


def test_a_row_has_name_tier_points_spend_last_purchase_and_status() -> None:
    row = member_row(a_member(), "USD", FORMATS, url="/member")

    assert row.title == "Asha Bhat"
    assert row.cells[0] == Cell(text="Asha Bhat", href="/member", note="asha@shop.example")
    assert row.cells[1] == Cell(text="Silver")
    assert row.cells[2] == Cell(text="1,250", export=1_250)
    assert (row.cells[3].text, str(row.cells[3].export)) == ("$300.50", "300.50")
    assert row.cells[4] == Cell(at=LAST, style=TimeStyle.DAY)
    assert row.cells[5] == Cell(text="At risk", tag="warn")


def test_a_member_without_a_name_is_listed_by_email() -> None:
    row = member_row(a_member(name="", last=None), "USD", FORMATS, url="/member")

    assert row.title == "asha@shop.example"
    assert row.cells[0] == Cell(text="asha@shop.example", href="/member")
    assert (row.cells[4].text, row.cells[4].exported) == ("–", "")
