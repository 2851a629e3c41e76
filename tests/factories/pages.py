"""Help pages and links of menus."""

from kashcraft.content import services
from kashcraft.content.rules import LinkInput, LinkKind, Menu
from kashcraft.core.db import step
from kashcraft.core.ids import MenuItemId, PageId


def write_page(slug: str, title: str, body: str, position: int = 0) -> PageId:
    """Write a help page and return its id."""
    with step():
        return services.save_page(slug=slug, title=title, body=body, position=position).id


def make_link(path: str, menu: Menu = Menu.HEADER) -> MenuItemId:
    """Add a link to a menu that has links of its own, or nothing, and return its id."""
    with step():
        data = LinkInput(kind=LinkKind.PATH, target=path, label=path)
        return services.add_link(menu=menu, data=data)
