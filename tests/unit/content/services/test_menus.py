"""Menus: their links change with an entry of the audit trail."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kashcraft.audit.models import AuditEntry
from kashcraft.content import services
from kashcraft.content.queries import get_link, get_site_content, list_menu_rows
from kashcraft.content.rules import LinkInput, LinkKind, Menu
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import MenuItemId, new_id
from tests.factories.pages import make_link

pytestmark = pytest.mark.usefixtures("database")
COLUMN = LinkInput(kind=LinkKind.COLUMN, label="Shop")
NEW = LinkInput(kind=LinkKind.PATH, target="/products?sort=new", label="New")


def labels(menu: Menu = Menu.HEADER) -> list[str]:
    return [row.label for row in list_menu_rows(menu)]


def actions() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_menu_gets_its_default_once_and_loses_it_again() -> None:
    with step():
        assert services.customize_menu(menu=Menu.FOOTER, links=[(COLUMN, [NEW])])
        assert not services.customize_menu(menu=Menu.FOOTER, links=[(COLUMN, [NEW])])
    [column, link] = sorted(list_menu_rows(Menu.FOOTER), key=lambda row: row.label, reverse=True)
    assert (column.label, link.label, link.parent_id) == ("Shop", "New", column.id)
    [shown] = get_site_content().menus[Menu.FOOTER]
    assert [one.url for one in shown.children] == ["/products?sort=new"]
    with step():
        assert services.reset_menu(menu=Menu.FOOTER) == 2
        assert services.reset_menu(menu=Menu.FOOTER) == 0
    assert (get_site_content().menus, actions()) == ({}, ["customized", "reset"])


def test_a_link_of_a_menu_without_links_comes_after_the_default() -> None:
    default = LinkInput(kind=NEW.kind, target="/a", label="A")
    with step():
        services.add_link(menu=Menu.HEADER, data=NEW, instead_of=[(default, ())])
    assert labels() == ["A", "New"]
    assert get_site_content().header_paths == {"/a", "/products?sort=new"}


def test_a_link_is_changed_once_from_what_was_seen() -> None:
    link = make_link("/a")
    seen = get_link(link).data.version
    with step():
        assert services.edit_link(item_id=link, data=NEW, seen=seen)
        assert not services.edit_link(item_id=link, data=NEW, seen=NEW.version)
    for data, version, code in ((NEW, seen, "link_changed_since"), (COLUMN, NEW.version, "link_column")):
        with step(), pytest.raises(DomainError) as refusal:
            services.edit_link(item_id=link, data=data, seen=version)
        assert refusal.value.code == code
    with step(), pytest.raises(NotFound):
        services.edit_link(item_id=MenuItemId(new_id()), data=NEW, seen="")
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "changed")).one()
    assert (entry.before["target"], entry.after["target"]) == ("/a", "/products?sort=new")


def test_a_column_has_to_exist_and_a_link_moves_to_its_end() -> None:
    with step():
        first, second = (services.add_link(menu=Menu.FOOTER, data=COLUMN) for _ in range(2))
        inside = LinkInput(kind=LinkKind.PATH, target="/x", label="x", parent_id=first)
        link = services.add_link(menu=Menu.FOOTER, data=inside)
        moved = LinkInput(kind=LinkKind.PATH, target="/x", label="x", parent_id=second)
        services.edit_link(item_id=link, data=moved, seen=inside.version)
    assert get_link(link).data == moved
    for wrong in (link, MenuItemId(new_id())):
        with step(), pytest.raises(DomainError) as refusal:
            services.add_link(
                menu=Menu.FOOTER,
                data=LinkInput(kind=LinkKind.PATH, target="/y", label="y", parent_id=wrong),
            )
        assert refusal.value.code == "link_parent"


def test_links_change_places() -> None:
    first, second = make_link("/a"), make_link("/b")
    with step():
        assert services.shift_link(item_id=first, later=True)
        assert not services.shift_link(item_id=first, later=True)
        assert not services.shift_link(item_id=second, later=False)
    assert labels() == ["/b", "/a"]


def test_the_last_link_and_a_column_with_links_stay() -> None:
    first, second = make_link("/a"), make_link("/b")
    with step():
        services.delete_link(item_id=first)
        column = services.add_link(menu=Menu.FOOTER, data=COLUMN)
        services.add_link(
            menu=Menu.FOOTER, data=LinkInput(kind=LinkKind.PATH, target="/x", label="x", parent_id=column)
        )
    for link, code in ((second, "link_last"), (column, "link_column_in_use")):
        with step(), pytest.raises(DomainError) as refusal:
            services.delete_link(item_id=link)
        assert refusal.value.code == code
    assert labels() == ["/b"]
