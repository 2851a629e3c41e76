"""What can be done to a cart. Each verb runs inside the caller's step."""

from kashcraft.cart.services.abandoned import purge_abandoned
from kashcraft.cart.services.again import PutBack, put_back
from kashcraft.cart.services.codes import (
    Entered,
    choose_reward,
    enter_code,
    remove_code,
    spend_points,
)
from kashcraft.cart.services.editing import Editable, editing
from kashcraft.cart.services.lines import (
    Changed,
    acknowledge_prices,
    add,
    change,
    move_to_cart,
    remove,
    restore,
    save_for_later,
)
from kashcraft.cart.services.merging import merge
from kashcraft.cart.services.ordering import attach_order, detach_order, empty_after_payment

__all__ = [
    "Changed",
    "Editable",
    "Entered",
    "PutBack",
    "acknowledge_prices",
    "add",
    "attach_order",
    "change",
    "choose_reward",
    "detach_order",
    "editing",
    "empty_after_payment",
    "enter_code",
    "merge",
    "move_to_cart",
    "purge_abandoned",
    "put_back",
    "remove",
    "remove_code",
    "restore",
    "save_for_later",
    "spend_points",
]
