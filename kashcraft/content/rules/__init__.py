"""Rules of the editors' content: help pages and menus."""

from kashcraft.content.rules.menus import (
    LinkInput,
    LinkKind,
    ListedLink,
    Menu,
    MenuLink,
    MenuRow,
    Places,
    StoredLink,
    check_link,
    list_links,
    resolve_links,
    resolve_menu,
)
from kashcraft.content.rules.pages import (
    FIXED_SLUGS,
    LONGEST_SLUG,
    ListedPage,
    PageText,
    StoredPage,
    count_gaps,
    page_path,
)

__all__ = [
    "FIXED_SLUGS",
    "LONGEST_SLUG",
    "LinkInput",
    "LinkKind",
    "ListedLink",
    "ListedPage",
    "Menu",
    "MenuLink",
    "MenuRow",
    "PageText",
    "Places",
    "StoredLink",
    "StoredPage",
    "check_link",
    "count_gaps",
    "list_links",
    "page_path",
    "resolve_links",
    "resolve_menu",
]
