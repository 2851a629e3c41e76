"""Rows of members of staff and of invitations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from flask import Flask

from kashcraft.accounts.models import Role
from kashcraft.accounts.rules import StaffPerson
from kashcraft.backoffice.presenters.tables import Cell, TimeStyle
from kashcraft.backoffice.staff.presenters import LIST, invitations_table, rights_text, staff_row
from kashcraft.core.ids import UserId

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ASHA = StaffPerson(
    UserId(UUID(int=1)), "asha@shop.example", "Asha Bhat", (Role.EDITOR, Role.FULFILMENT), None, NOW
)


@pytest.fixture(autouse=True)
def request_language(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_a_row_has_name_address_roles_sign_in_and_state() -> None:
    row = staff_row(ASHA, url="/asha")

    assert (row.id, row.title, len(row.cells)) == (str(ASHA.id), "Asha Bhat", len(LIST.columns))
    assert list(row.cells) == [
        Cell(text="Asha Bhat", href="/asha"),
        Cell(text="asha@shop.example"),
        Cell(text="Editor, Fulfillment"),
        Cell(at=NOW),
        Cell(text="Active", tag="good"),
    ]


def test_a_suspended_person_without_a_name_and_a_sign_in() -> None:
    row = staff_row(replace(ASHA, full_name="", suspended_at=NOW, last_sign_in=None), url="/asha")

    assert row.cells[0] == Cell(text="asha", href="/asha")
    assert row.cells[3:] == (Cell(text="Not in the last 60 days"), Cell(text="Suspended", tag="bad"))


def test_rights_in_one_line() -> None:
    assert rights_text(ASHA) == "Editor, Fulfillment"
    assert rights_text(replace(ASHA, suspended_at=NOW)) == "Editor, Fulfillment (Suspended)"


@pytest.mark.parametrize(
    ("left", "tag"),
    [(timedelta(seconds=1), Cell(text="Open", tag="info")), (timedelta(), Cell(text="Expired", tag="muted"))],
)
def test_an_invitation_is_open_until_it_expires(left: timedelta, tag: Cell) -> None:
    sent = SimpleNamespace(id=UUID(int=2), email="new@shop.example", roles=["support"], expires_at=NOW + left)
    (row,) = invitations_table([sent], NOW).rows

    assert (row.id, row.title) == (str(UUID(int=2)), "new@shop.example")
    assert list(row.cells) == [
        Cell(text="new@shop.example"),
        Cell(text="Support"),
        Cell(at=NOW + left, style=TimeStyle.TIME),
        tag,
        Cell(),
    ]
