"""docs/url-map.md names every route of the shop, and none that there is not."""

from __future__ import annotations

from pathlib import Path

from kashcraft import config, create_app
from kashcraft.accounts.rules import Role
from kashcraft.backoffice.rules import may
from tests.architecture.source import ROOT

STAFF = {str(role) for role in Role}


def rows() -> list[list[str]]:
    """Return the cells of each row of the table."""
    found = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (ROOT / "docs/url-map.md").read_text().splitlines()
        if line.startswith("| `")
    ]
    assert all(len(row) == 5 and all(row) for row in found), "five cells a row, none of them empty"
    return found


def documented() -> set[tuple[str, frozenset[str], str]]:
    """Return address, methods and endpoint of each row of the table."""
    return {(row[0].strip("`"), frozenset(row[1].split(", ")), row[2]) for row in rows()}


def test_the_table_and_the_routes_are_the_same(tmp_path: Path) -> None:
    app = create_app(config.load({}, instance_path=tmp_path))
    routes = {
        (rule.rule, frozenset((rule.methods or set()) - {"HEAD", "OPTIONS"}), rule.endpoint)
        for rule in app.url_map.iter_rules()
    }

    assert routes - documented() == set(), "enter these routes in docs/url-map.md"
    assert documented() - routes == set(), "rows of docs/url-map.md without a route"


def test_the_table_names_the_roles_of_each_page_of_the_back_office(tmp_path: Path) -> None:
    views = create_app(config.load({}, instance_path=tmp_path)).view_functions
    office = [row for row in rows() if row[2].startswith("backoffice.")]
    named = {(row[0], row[1]): STAFF if row[3] == "staff" else set(row[3].split(", ")) for row in office}
    allowed = {
        (row[0], row[1]): {str(role) for role in Role if may([role], vars(views[row[2]])["permission"])}
        for row in office
    }

    assert named == allowed, "correct the roles in docs/url-map.md (left)"
