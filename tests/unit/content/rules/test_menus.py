"""Links of menus: what is refused, and what is left out."""

from __future__ import annotations

import pytest

from kashcraft.content.rules import (
    LinkInput,
    LinkKind,
    Menu,
    MenuLink,
    MenuRow,
    Places,
    check_link,
    list_links,
    resolve_links,
    resolve_menu,
)
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import MenuItemId, new_id

PLACES = Places(categories={"1": ("Shawls", "/c/shawls")}, pages={"2": ("Terms", "/help/terms")})
ONE, TWO = MenuItemId(new_id()), MenuItemId(new_id())


def row(
    kind: str, target: str, label: str = "", parent: MenuItemId | None = None, name: MenuItemId = TWO
) -> MenuRow:
    return MenuRow(
        id=name, menu=Menu.FOOTER, parent_id=parent, kind=LinkKind(kind), label=label, target=target
    )


def test_vanished_targets_and_empty_columns_are_left_out() -> None:
    rows = [
        row("column", "", "Shop", name=ONE),
        row("category", "1", parent=ONE),
        row("category", "9", "Hats", parent=ONE),
        row("page", "2", "Our terms", parent=ONE),
        row("page", "8", parent=ONE),
        row("column", "", "Empty", name=MenuItemId(new_id())),
        row("address", "https://x.example/", "Elsewhere"),
    ]

    assert resolve_menu(rows, PLACES) == (
        MenuLink("Shop", "", (MenuLink("Shawls", "/c/shawls"), MenuLink("Our terms", "/help/terms"))),
        MenuLink("Elsewhere", "https://x.example/"),
    )
    listed = list_links(rows, PLACES)
    assert [(one.label, one.url, one.level, one.is_shown) for one in listed] == [
        ("Shop", "", 0, True),
        ("Shawls", "/c/shawls", 1, True),
        ("Hats", "", 1, False),
        ("Our terms", "/help/terms", 1, True),
        ("", "", 1, False),
        ("Empty", "", 0, False),
        ("Elsewhere", "https://x.example/", 0, True),
    ]
    assert [(one.is_first, one.is_last) for one in listed[:2]] == [(True, False), (True, False)]


def test_links_that_are_not_stored_are_shown_alike() -> None:
    column = LinkInput(kind=LinkKind.COLUMN, label="Shop")
    below = [LinkInput(kind=LinkKind.CATEGORY, target=name) for name in ("1", "9")]
    assert resolve_links([(column, below)], PLACES) == (
        MenuLink("Shop", "", (MenuLink("Shawls", "/c/shawls"),)),
    )


@pytest.mark.parametrize(
    ("menu", "data", "refusal"),
    [
        ("header", LinkInput(kind=LinkKind.PATH, target="/x"), ("link_label", "label")),
        ("header", LinkInput(kind=LinkKind.CATEGORY), ("link_target", "category")),
        ("header", LinkInput(kind=LinkKind.PATH, target="//evil.example", label="x"), ("link_path", "path")),
        ("header", LinkInput(kind=LinkKind.PATH, target="/\\evil", label="x"), ("link_path", "path")),
        ("header", LinkInput(kind=LinkKind.PATH, target="javascript:x", label="x"), ("link_path", "path")),
        (
            "more",
            LinkInput(kind=LinkKind.ADDRESS, target="http://x.example", label="x"),
            ("link_address", "address"),
        ),
        (
            "more",
            LinkInput(kind=LinkKind.ADDRESS, target="https://a@x.example", label="x"),
            ("link_address", "address"),
        ),
        (
            "more",
            LinkInput(kind=LinkKind.ADDRESS, target="https://[", label="x"),
            ("link_address", "address"),
        ),
        ("header", LinkInput(kind=LinkKind.COLUMN, label="x"), ("link_column", "kind")),
        ("footer", LinkInput(kind=LinkKind.COLUMN, label="x", parent_id=ONE), ("link_column", "kind")),
        ("footer", LinkInput(kind=LinkKind.PAGE, target="2"), ("link_parent", "parent")),
        ("header", LinkInput(kind=LinkKind.PAGE, target="2", parent_id=ONE), ("link_parent", "parent")),
    ],
)
def test_a_link_is_refused(menu: str, data: LinkInput, refusal: tuple[str, str]) -> None:
    with pytest.raises(DomainError) as refused:
        check_link(Menu(menu), data)
    assert (refused.value.code, refused.value.field) == refusal


@pytest.mark.parametrize(
    ("menu", "data"),
    [
        ("header", LinkInput(kind=LinkKind.PAGE, target="2")),
        ("more", LinkInput(kind=LinkKind.PATH, target="/products?sort=new", label="New")),
        ("header", LinkInput(kind=LinkKind.ADDRESS, target="https://x.example/a", label="x")),
        ("footer", LinkInput(kind=LinkKind.COLUMN, label="Shop")),
        ("footer", LinkInput(kind=LinkKind.CATEGORY, target="1", parent_id=ONE)),
    ],
)
def test_a_link_is_accepted(menu: str, data: LinkInput) -> None:
    check_link(Menu(menu), data)


def test_a_version_differs_with_each_value() -> None:
    link = LinkInput(kind=LinkKind.PATH, target="/x", label="x")
    others = [
        LinkInput(kind=LinkKind.ADDRESS, target="/x", label="x"),
        LinkInput(kind=LinkKind.PATH, target="/y", label="x"),
        LinkInput(kind=LinkKind.PATH, target="/x", label="y"),
        LinkInput(kind=LinkKind.PATH, target="/x", label="x", parent_id=ONE),
    ]
    assert len({link.version, *(one.version for one in others)}) == 5
