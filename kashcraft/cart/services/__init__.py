"""Operations on carts. Each runs inside the caller's step."""

from kashcraft.cart.services.abandoned import purge_abandoned
from kashcraft.cart.services.codes import (
    EnteredCode,
    choose_reward,
    enter_code,
    remove_code,
    spend_points,
)
from kashcraft.cart.services.editing import EditableCart, make_editable
from kashcraft.cart.services.lines import (
    LineChange,
    acknowledge_prices,
    add_line,
    change_quantity,
    move_to_cart,
    remove_line,
    restore_line,
    save_for_later,
)
from kashcraft.cart.services.merging import merge_carts
from kashcraft.cart.services.ordering import attach_order, detach_order, empty_after_payment
from kashcraft.cart.services.reorder import ReorderResult, reorder

__all__ = [
    "EditableCart",
    "EnteredCode",
    "LineChange",
    "ReorderResult",
    "acknowledge_prices",
    "add_line",
    "attach_order",
    "change_quantity",
    "choose_reward",
    "detach_order",
    "empty_after_payment",
    "enter_code",
    "make_editable",
    "merge_carts",
    "move_to_cart",
    "purge_abandoned",
    "remove_code",
    "remove_line",
    "reorder",
    "restore_line",
    "save_for_later",
    "spend_points",
]
