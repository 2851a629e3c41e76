"""The overview of an account: last order, points and addresses."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.accounts import queries as accounts
from kashcraft.accounts.rules import Address, lines
from kashcraft.core.ids import UserId
from kashcraft.core.money import Money
from kashcraft.core.settings import settings
from kashcraft.loyalty import queries as loyalty
from kashcraft.orders import queries as orders


@dataclass(frozen=True, slots=True)
class AccountView:
    """The content of the overview; ``addresses`` are pairs of lines and whether it is the default address."""

    last_order: orders.ListedOrder | None
    orders: int
    points: loyalty.Summary | None
    worth: Money
    expiry: loyalty.Expiry | None
    addresses: list[tuple[list[str], bool]]


def get_account_view(user_id: UserId) -> AccountView:
    """Return the content of the account overview. Five statements, four without a loyalty account."""
    listed, number = orders.list_orders_of(user_id=user_id, page=1, size=1)
    points = loyalty.find_summary(user_id)
    expiring = loyalty.list_expiring(user_id) if points else []
    return AccountView(
        last_order=listed[0] if listed else None,
        orders=number,
        points=points,
        worth=Money(points.worth if points else 0, settings().shop_currency),
        expiry=expiring[0] if expiring else None,
        addresses=[
            (lines(Address.from_row(saved)), saved.is_default) for saved in accounts.list_addresses(user_id)
        ],
    )
