"""The search for everything: each section is searched as its own list searches it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kashcraft.backoffice.dashboard.rules import (
    Found,
    FoundGiftCard,
    FoundMember,
    FoundProduct,
    FoundVoucher,
    Hits,
)
from kashcraft.backoffice.rules import Permission
from kashcraft.core.money import Money
from kashcraft.gift_cards import queries as gift_cards
from kashcraft.inventory import queries as inventory
from kashcraft.loyalty import queries as loyalty
from kashcraft.orders import queries as orders
from kashcraft.orders.rules import StaffOrder
from kashcraft.vouchers import queries as vouchers

MOST_SHOWN = 5


def get_found(words: str, permissions: Collection[Permission], *, moment: datetime) -> Found:
    """Return what the sections find that a person with ``permissions`` may open.

    Up to five items of each section; the states of vouchers are those at ``moment``. At most three statements
    a section.
    """
    return Found(
        orders=_orders(words) if Permission.VIEW_ORDERS in permissions else Hits(),
        members=_members(words) if Permission.VIEW_MEMBERS in permissions else Hits(),
        products=_products(words) if Permission.MANAGE_STOCK in permissions else Hits(),
        vouchers=_vouchers(words, moment) if Permission.VIEW_VOUCHERS in permissions else Hits(),
        gift_cards=_gift_cards(words) if Permission.VIEW_GIFT_CARDS in permissions else Hits(),
    )


def _orders(words: str) -> Hits[StaffOrder]:
    return Hits(*orders.search_orders(words=words, descending=True, size=MOST_SHOWN))


def _members(words: str) -> Hits[FoundMember]:
    rows, total = loyalty.search_members(words=words, page=1, size=MOST_SHOWN)
    return Hits([FoundMember(row.user_id, row.name, row.email, row.balance) for row in rows], total)


def _products(words: str) -> Hits[FoundProduct]:
    rows, total = inventory.search_stock(words=words, size=MOST_SHOWN)
    return Hits(
        [FoundProduct(row.product_id, row.name, row.options, row.sku, row.available) for row in rows], total
    )


def _vouchers(words: str, moment: datetime) -> Hits[FoundVoucher]:
    rows, total = vouchers.list_vouchers(page=1, size=MOST_SHOWN, moment=moment, text=words)
    return Hits([FoundVoucher(row.id, row.code or "", row.name) for row in rows], total)


def _gift_cards(words: str) -> Hits[FoundGiftCard]:
    rows, total = gift_cards.list_cards(page=1, size=MOST_SHOWN, text=words)
    found = []
    for row in rows:
        recipient = row.recipient_name or row.recipient_email or ""
        found.append(
            FoundGiftCard(row.id, row.last_four, recipient, Money(row.current_balance, row.currency))
        )
    return Hits(found, total)
