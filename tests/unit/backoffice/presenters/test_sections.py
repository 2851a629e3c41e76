"""The navigation of the back office: what a role may open, with the work that waits there."""

from __future__ import annotations

import re

from flask import Flask

from kashcraft.accounts.rules import Role
from kashcraft.backoffice.presenters.sections import SECTIONS, navigation
from kashcraft.backoffice.rules import Permission, permissions_of
from kashcraft.core.settings import ROOT


def test_the_navigation_shows_what_a_role_may_open() -> None:
    groups = navigation(permissions_of([Role.FULFILMENT]), {"orders": 8})

    assert [(label, [(item.key, item.count) for item in items]) for label, items in groups] == [
        ("", [("today", 0)]),
        ("Sales", [("orders", 8), ("returns", 0)]),
        ("Products", [("stock", 0)]),
        ("Settings", [("delivery", 0)]),
        ("System", [("messages", 0)]),
    ]


def test_each_section_has_a_page_that_its_permission_opens(app: Flask) -> None:
    opened = {
        one.endpoint: getattr(app.view_functions[one.endpoint], "permission", None)
        for _, sections in SECTIONS
        for one in sections
    }

    assert opened == {one.endpoint: one.permission for _, sections in SECTIONS for one in sections}


def test_an_owner_may_open_every_section() -> None:
    every = [one.key for _, sections in SECTIONS for one in sections]

    assert [item.key for _, items in navigation(frozenset(Permission), {}) for item in items] == every


def test_the_icon_of_each_section_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/sprite.svg").read_text()))

    assert [one.icon for _, sections in SECTIONS for one in sections if one.icon not in drawn] == []
