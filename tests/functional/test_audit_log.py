"""Owners read the audit log: what was changed, by whom, and what it was before."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.core import activity_log, audit_trail
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.core.ids import UserId
from tests.factories.people import person, signed_in


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    return signed_in(app, Role.OWNER)


def rows(page: str) -> list[list[str]]:
    """Return the texts of the cells of each row."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]
    return [[" ".join(unescape(re.sub("<[^>]+>", " ", one)).split()) for one in row] for row in cells]


def record(app: Flask, subject: str, **options: Any) -> None:
    with app.app_context(), step():
        audit_trail.record(subject, action="changed", **options)


def test_a_change_of_the_web_is_read_with_both_values(
    app: Flask, owner: FlaskClient, frozen: FrozenClock
) -> None:
    with app.app_context():
        identity = person(Role.SUPPORT)
    page = f"/backoffice/staff/{identity}"
    owner.post(f"{page}/roles", data={"roles": ["editor", "support"], "seen": "support,active"})

    (row,) = rows(owner.get("/backoffice/audit").text)
    assert row[1:] == ["Asha Bhat", "Asha Bhat Staff", "Roles changed", "Roles: Support → Editor, Support"]
    assert f'<a href="{page}">Asha Bhat</a>' in owner.get("/backoffice/audit").text
    history = owner.get(page).text
    assert "Roles: Support → Editor, Support; Asha Bhat" in unescape(history)


def test_entries_are_filtered_by_person_kind_and_day(
    app: Flask, owner: FlaskClient, frozen: FrozenClock
) -> None:
    with app.app_context():
        support = person(Role.SUPPORT)
    today = frozen.moment.date().isoformat()
    record(app, "tax rate", title="Old")
    frozen.advance(days=1)
    tomorrow = frozen.moment.date().isoformat()
    with activity_log.acting_as(f"staff:{support}"):
        record(app, "page", title="New", before={"title": "A"}, after={"title": "B"})

    def titles(query: str) -> list[str]:
        return [row[2] for row in rows(owner.get(f"/backoffice/audit?{query}").text)]

    assert titles("") == ["New Page", "Old Tax rate"]
    assert titles(f"who={support}") == ["New Page"]
    assert titles("who=none") == ["Old Tax rate"]
    assert titles("what=page") == ["New Page"]
    assert titles(f"to={today}") == ["Old Tax rate"]
    assert titles(f"from={tomorrow}") == ["New Page"]
    assert titles(f"from={today}&to={tomorrow}&what=tax+rate") == ["Old Tax rate"]
    assert titles(f"what=page&to={today}") == []
    for senseless in ("who=x", "what=x", "from=x", "from=2026-02-31", "to=9999-12-31", "from=0001-01-01"):
        assert titles(senseless) == ["New Page", "Old Tax rate"], senseless
    assert f'value="{today}"' in owner.get(f"/backoffice/audit?from={today}").text


def test_the_log_is_its_own_csv_file(app: Flask, owner: FlaskClient, frozen: FrozenClock) -> None:
    record(app, "page", title="=Shipping", before={"title": "A"}, after={"title": "B"}, reason="A typo")

    lines = owner.get("/backoffice/audit?format=csv").text.lstrip("\ufeff").splitlines()
    assert lines[0] == "Time,Who,What,Action,Before → after"
    assert lines[1].split(",", 1)[1] == "Command,'=Shipping (Page),Changed,Title: A → B (A typo)"


def test_pages_cost_the_same_for_more_entries(
    app: Flask, owner: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    for number in range(60):
        record(app, "page", title=f"Page {number}")
    owner.get("/backoffice/audit")
    with count_statements() as second:
        assert len(rows(owner.get("/backoffice/audit?page=2").text)) == 10
    with app.app_context():
        people = [UserId(person(Role.SUPPORT)) for _ in range(3)]
    for number, one in enumerate(people * 20):
        with activity_log.acting_as(f"staff:{one}"):
            record(app, f"kind {number % 4}", title=f"Thing {number}")
    with count_statements() as first:
        assert len(rows(owner.get("/backoffice/audit").text)) == 50

    # The names of people are one statement, which entries of commands do not need.
    assert (len(second), len(first)) == (9, 10)


def test_the_commands_of_staff_are_in_the_log(app: Flask, owner: FlaskClient) -> None:
    app.test_cli_runner().invoke(args=["staff", "add", "new@shop.example", "--role", "editor"])

    (row,) = rows(owner.get("/backoffice/audit").text)
    assert row[1:] == ["Command", "new@shop.example Invitation", "Invited", "Roles: Editor"]


def test_nobody_but_owners_can_read_it(app: Flask) -> None:
    assert [signed_in(app, role).get("/backoffice/audit").status_code for role in Role] == [
        200,
        404,
        404,
        404,
    ]
