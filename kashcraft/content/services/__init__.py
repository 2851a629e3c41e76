"""Changes of the editors' content. Each runs inside a step and raises the catalogue version."""

from kashcraft.content.services.menus import (
    add_link,
    customize_menu,
    delete_link,
    edit_link,
    reset_menu,
    shift_link,
)
from kashcraft.content.services.pages import (
    add_page,
    delete_page,
    edit_page,
    restore_page,
    save_page,
    shift_page,
)

__all__ = [
    "add_link",
    "add_page",
    "customize_menu",
    "delete_link",
    "delete_page",
    "edit_link",
    "edit_page",
    "reset_menu",
    "restore_page",
    "save_page",
    "shift_link",
    "shift_page",
]
