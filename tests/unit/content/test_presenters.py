"""The default menus follow categories and pages."""

from __future__ import annotations

from flask import Flask

from kashcraft.catalogue.rules import CategoryNode
from kashcraft.content.presenters import default_links
from kashcraft.content.rules import Menu
from kashcraft.core.ids import CategoryId, PageId, new_id


def test_the_default_has_categories_and_existing_pages(app: Flask) -> None:
    categories = [
        CategoryNode(CategoryId(new_id()), None, f"Category {number}", f"c{number}") for number in range(7)
    ]
    pages = {slug: PageId(new_id()) for slug in ("shipping", "care")}

    with app.test_request_context():
        found = {
            menu: [
                (link.label or link.target, [one.label or one.target for one in below])
                for link, below in default_links(menu, categories=categories, pages=pages, shop="Loom")
            ]
            for menu in Menu
        }
    names = [str(one.id) for one in categories]
    assert found[Menu.HEADER] == [(name, []) for name in (*names, "All pieces")]
    assert found[Menu.MORE] == [("Find an order", []), ("Shipping", [])]
    assert found[Menu.FOOTER] == [
        ("Shop", [*names[:6], "All pieces"]),
        ("Help", ["Shipping", "Find an order", "Gift card balance"]),
    ]
