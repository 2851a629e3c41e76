"""Entries of the audit log in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask

from kashcraft.accounts.models import Role
from kashcraft.accounts.rules import StaffPerson
from kashcraft.backoffice.audit.presenters import (
    LIST,
    PAGES,
    action_text,
    actor_text,
    change_texts,
    entry_row,
    filters,
    history_rows,
    page_of,
    subject_text,
)
from kashcraft.backoffice.presenters.tables import Cell, TimeStyle
from kashcraft.core.ids import UserId
from kashcraft.core.settings import formats

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ASHA = UserId(UUID(int=1))
ENTRY, NOOR = UUID(int=5), UUID(int=2)


@dataclass
class Entry:
    id: UUID = ENTRY
    subject: str = "staff"
    subject_id: UUID | None = NOOR
    title: str = "Noor Wani"
    action: str = "roles_changed"
    actor: str = f"staff:{ASHA}"
    actor_id: UserId | None = ASHA
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)
    reason: str = ""
    created_at: datetime = NOW


@pytest.fixture(autouse=True)
def request_language(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_a_row_says_when_who_what_and_both_values() -> None:
    entry = Entry(before={"roles": ["editor"]}, after={"roles": ["owner", "support"]}, reason="New work")
    row = entry_row(entry, {ASHA: "Asha Bhat"}, formats(), url="/noor")

    assert (row.id, row.title, len(row.cells)) == (str(entry.id), "Noor Wani", len(LIST.columns))
    assert list(row.cells) == [
        Cell(at=NOW, style=TimeStyle.TIME),
        Cell(text="Asha Bhat"),
        Cell(text="Noor Wani", href="/noor", note="Staff"),
        Cell(text="Roles changed"),
        Cell(text="Roles: Editor → Owner, Support", note="New work"),
    ]


def test_an_entry_without_a_title_is_named_by_its_kind() -> None:
    row = entry_row(Entry(title="", subject="tax rate"), {}, formats(), url="")

    assert row.cells[2] == Cell(text="Tax rate")


@pytest.mark.parametrize(
    ("before", "after", "texts"),
    [
        ({"is_active": True}, {"is_active": False}, ["Active: yes → no"]),
        ({}, {"name": "Bowls", "place": 1200}, ["Name: Bowls", "Position: 1,200"]),
        ({"name": "Bowls", "slug": ""}, {}, ["Name: Bowls → none", "Address of the page: none → none"]),
        ({"minimum_order": None}, {"minimum_order": [1, 2]}, ["Minimum order: none → 1, 2"]),
        ({"rates": {"low_rate": 5}}, {"rates": {}}, ["Rates: Low rate 5 → none"]),
        ({"roles": ["pope"]}, {"roles": []}, ["Roles: pope → none"]),
    ],
)
def test_values_are_readable(before: dict[str, object], after: dict[str, object], texts: list[str]) -> None:
    assert change_texts(Entry(before=before, after=after), formats()) == texts


@pytest.mark.parametrize(
    ("actor", "actor_id", "text"),
    [
        (f"staff:{ASHA}", ASHA, "Asha Bhat"),
        (f"staff:{ASHA}", UserId(UUID(int=9)), "Former account"),
        (f"staff:{ASHA}", None, "Former account"),
        ("command", None, "Command"),
        ("guest", None, "Guest"),
        ("job:catalogue.publish", None, "Job catalogue.publish"),
        ("processor:sandbox", None, "processor:sandbox"),
    ],
)
def test_who_made_a_change(actor: str, actor_id: UserId | None, text: str) -> None:
    assert actor_text(Entry(actor=actor, actor_id=actor_id), {ASHA: "Asha Bhat"}) == text


def test_unknown_kinds_and_actions_have_plain_names() -> None:
    assert (subject_text("staff"), subject_text("price_list")) == ("Staff", "Price list")
    assert (action_text("roles_changed"), action_text("sale_ended")) == ("Roles changed", "Sale ended")


def test_a_history_ends_with_who_it_was() -> None:
    (row,) = history_rows([Entry(before={"state": "active"}, after={"state": "suspended"})], {}, formats())

    assert (row.title, row.text, row.at) == (
        "Roles changed",
        "Status: active → suspended; Former account",
        NOW,
    )


def test_things_with_a_page_are_linked(app: Flask) -> None:
    def address(endpoint: str, **arguments: object) -> str:
        return f"{endpoint} {arguments}"

    assert page_of(Entry(), address) == f"backoffice.staff_person {{'person_id': {UUID(int=2)!r}}}"
    assert page_of(Entry(action="removed"), address) == ""
    assert page_of(Entry(subject_id=None), address) == ""
    assert page_of(Entry(subject="tax rate"), address) == ""
    rules = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules()}
    assert {endpoint: rules[endpoint] for endpoint, _ in PAGES.values()} == {
        endpoint: {argument} for endpoint, argument in PAGES.values()
    }


def test_the_filters_name_people_and_kinds() -> None:
    asha = StaffPerson(ASHA, "asha@shop.example", "Asha Bhat", (Role.OWNER,), None, None)
    who, what, begin, end = filters([asha], ["staff"])

    assert list(who.choices) == [("", "Everybody"), (str(ASHA), "Asha Bhat"), ("none", "Commands and jobs")]
    assert list(what.choices) == [("", "Everything"), ("staff", "Staff")]
    assert [(one.name, one.is_day) for one in (begin, end)] == [("from", True), ("to", True)]
