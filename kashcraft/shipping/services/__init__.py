"""Changes of zones and methods; each is recorded in the audit trail."""

from kashcraft.shipping.services.methods import (
    change_method,
    create_method,
    move_method,
    remove_method,
    save_method,
)
from kashcraft.shipping.services.zones import change_zone, create_zone, move_zone, remove_zone, save_zone

__all__ = [
    "change_method",
    "change_zone",
    "create_method",
    "create_zone",
    "move_method",
    "move_zone",
    "remove_method",
    "remove_zone",
    "save_method",
    "save_zone",
]
