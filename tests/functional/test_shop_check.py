"""What is missing before the first sale: as a command, and as the checklist of the owner."""

from __future__ import annotations

import re

from flask import Flask

from kashcraft.accounts.rules import Role
from tests.factories.people import signed_in


def test_an_empty_shop_fails_the_check_with_one_line_each(app: Flask) -> None:
    checked = app.test_cli_runner().invoke(args=["shop", "check"])

    assert checked.exit_code == 1
    lines = checked.output.splitlines()
    assert lines[0] == (
        "missing: Name, address and e-mail address of the shop"
        " (Shop settings, http://localhost/backoffice/settings/shop)"
    )
    assert lines[-1] == "Error: the shop is not ready for its first sale"
    assert len(lines) == 8


def test_the_checklist_greets_the_owner_alone(app: Flask) -> None:
    owner, editor = signed_in(app, Role.OWNER), signed_in(app, Role.EDITOR)
    page = owner.get("/backoffice/").text

    assert "Before the first sale" in page
    assert '<a href="/backoffice/settings/region">Shop settings<svg' in page
    assert "Before the first sale" not in editor.get("/backoffice/").text
    links = set(
        re.findall(r'<a href="([^"]+)"', page.partition("checklist-title")[2].partition("</section>")[0])
    )
    assert {owner.get(link).status_code for link in links} == {200}
