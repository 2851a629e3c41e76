"""Menus as tables."""

from __future__ import annotations

from kashcraft.backoffice.navigation.presenters import column_choices, default_menu, link_name, own_menu
from kashcraft.content.rules import LinkKind, Menu, MenuLink, MenuRow, Places, list_links
from kashcraft.core.ids import MenuItemId, new_id

PLACES = Places(categories={}, pages={"2": ("Terms", "/help/terms")})
COLUMN = MenuItemId(new_id())


def row(kind: LinkKind, target: str, label: str, name: MenuItemId, parent: MenuItemId | None) -> MenuRow:
    return MenuRow(id=name, menu=Menu.FOOTER, parent_id=parent, kind=kind, label=label, target=target)


def test_links_that_lead_nowhere_are_marked() -> None:
    rows = [
        row(LinkKind.COLUMN, "", "Shop", COLUMN, None),
        row(LinkKind.PAGE, "2", "", MenuItemId(new_id()), COLUMN),
        row(LinkKind.CATEGORY, "9", "", MenuItemId(new_id()), COLUMN),
        row(LinkKind.COLUMN, "", "Empty", MenuItemId(new_id()), None),
    ]
    shown = own_menu(Menu.FOOTER, list_links(rows, PLACES), lambda one: f"/{one.row.label}")
    assert (shown.title, shown.is_own) == ("Footer", True)
    assert [(one.title, one.cells[2].text, one.cells[2].tag) for one in shown.table.rows] == [
        ("Shop", "Shown", "good"),
        ("Terms", "Shown", "good"),
        ("(without a text)", "Left out: it leads nowhere", "warn"),
        ("Empty", "Left out: it has no links", "warn"),
    ]
    assert [label for _name, label in column_choices(rows)] == ["Shop", "Empty"]


def test_a_default_has_no_tools() -> None:
    shown = default_menu(Menu.FOOTER, [MenuLink("Shop", "", (MenuLink("Shawls", "/c/shawls"),))])
    assert [heading.key for heading in shown.table.columns] == ["label", "target"]
    assert [(one.title, one.item) for one in shown.table.rows] == [
        ("Shop", {"level": 0}),
        ("Shawls", {"level": 1}),
    ]
    assert link_name("Shop") == "Shop"
