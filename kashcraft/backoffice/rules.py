"""Who may do what. Whatever is not listed, nobody may."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kashcraft.accounts.rules import Role


class Permission(StrEnum):
    """What staff can do."""

    VIEW_DASHBOARD = "view_dashboard"
    VIEW_ORDERS = "view_orders"
    SHIP_ORDERS = "ship_orders"
    ANNOTATE_ORDERS = "annotate_orders"
    REFUND_ORDERS = "refund_orders"
    ANSWER_RETURNS = "answer_returns"
    RECEIVE_RETURNS = "receive_returns"
    MANAGE_CATALOGUE = "manage_catalogue"
    IMPORT_PRODUCTS = "import_products"
    MANAGE_STOCK = "manage_stock"
    VIEW_DELIVERY = "view_delivery"
    MANAGE_DELIVERY = "manage_delivery"
    VIEW_TAXES = "view_taxes"
    MANAGE_TAXES = "manage_taxes"
    RESEND_MESSAGES = "resend_messages"
    VIEW_VOUCHERS = "view_vouchers"
    MANAGE_VOUCHERS = "manage_vouchers"
    VIEW_GIFT_CARDS = "view_gift_cards"
    SUPPORT_GIFT_CARDS = "support_gift_cards"
    MANAGE_GIFT_CARDS = "manage_gift_cards"
    VIEW_LOYALTY = "view_loyalty"
    VIEW_MEMBERS = "view_members"
    SUPPORT_MEMBERS = "support_members"
    MANAGE_OFFERS = "manage_offers"
    MANAGE_TIERS = "manage_tiers"
    MANAGE_STAFF = "manage_staff"
    MANAGE_CONTENT = "manage_content"
    MANAGE_SETTINGS = "manage_settings"
    VIEW_AUDIT = "view_audit"


_FULFILMENT = frozenset(
    {
        Permission.VIEW_DASHBOARD,
        Permission.VIEW_ORDERS,
        Permission.ANNOTATE_ORDERS,
        Permission.SHIP_ORDERS,
        Permission.RECEIVE_RETURNS,
        Permission.MANAGE_STOCK,
        Permission.VIEW_DELIVERY,
        Permission.RESEND_MESSAGES,
    }
)
_SUPPORT = frozenset(
    {
        Permission.VIEW_DASHBOARD,
        Permission.VIEW_ORDERS,
        Permission.ANNOTATE_ORDERS,
        Permission.REFUND_ORDERS,
        Permission.ANSWER_RETURNS,
        Permission.RECEIVE_RETURNS,
        Permission.RESEND_MESSAGES,
        Permission.VIEW_VOUCHERS,
        Permission.VIEW_GIFT_CARDS,
        Permission.SUPPORT_GIFT_CARDS,
        Permission.VIEW_LOYALTY,
        Permission.VIEW_MEMBERS,
        Permission.SUPPORT_MEMBERS,
        Permission.VIEW_DELIVERY,
        Permission.VIEW_TAXES,
    }
)
ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.FULFILMENT: _FULFILMENT,
    Role.SUPPORT: _SUPPORT,
    Role.EDITOR: frozenset(
        {
            Permission.VIEW_DASHBOARD,
            Permission.MANAGE_CATALOGUE,
            Permission.VIEW_VOUCHERS,
            Permission.MANAGE_VOUCHERS,
            Permission.VIEW_LOYALTY,
            Permission.MANAGE_OFFERS,
            Permission.MANAGE_CONTENT,
        }
    ),
}


def may(roles: Iterable[Role], permission: Permission) -> bool:
    """Return whether one of the roles allows the permission."""
    return any(permission in ALLOWED[role] for role in roles)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return everything that the roles allow together."""
    return frozenset().union(*(ALLOWED[role] for role in roles))
