"""Who may do what in the back office."""

from __future__ import annotations

import pytest

from kashcraft.accounts.models import Role
from kashcraft.backoffice.rules import ALLOWED, Permission, may, permissions_of

PACKS = {
    "view_dashboard",
    "view_orders",
    "ship_orders",
    "annotate_orders",
    "receive_returns",
    "manage_stock",
    "view_delivery",
    "resend_messages",
}


SERVES = {
    "view_dashboard",
    "view_orders",
    "annotate_orders",
    "refund_orders",
    "answer_returns",
    "receive_returns",
    "view_vouchers",
    "view_gift_cards",
    "support_gift_cards",
    "view_loyalty",
    "view_members",
    "support_members",
    "view_delivery",
    "view_taxes",
    "resend_messages",
}
WRITES = {
    "view_dashboard",
    "manage_catalogue",
    "manage_content",
    "view_vouchers",
    "manage_vouchers",
    "view_loyalty",
    "manage_offers",
}


MANAGES = {
    "manage_gift_cards",
    "manage_tiers",
    "manage_staff",
    "manage_settings",
    "view_audit",
    "manage_delivery",
    "manage_taxes",
    "import_products",
}


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        (Role.OWNER, PACKS | SERVES | WRITES | MANAGES),
        (Role.FULFILMENT, PACKS),
        (Role.SUPPORT, SERVES),
        (Role.EDITOR, WRITES),
    ],
)
def test_each_role_may_do_its_own_work(role: Role, permissions: set[str]) -> None:
    assert permissions_of([role]) == permissions
    assert {permission for permission in Permission if may([role], permission)} == permissions


def test_every_role_is_listed() -> None:
    assert set(ALLOWED) == set(Role)


def test_an_account_without_a_role_has_no_permissions() -> None:
    assert permissions_of([]) == frozenset()
    assert not may([], Permission.VIEW_DASHBOARD)


def test_roles_add_up() -> None:
    assert permissions_of([Role.EDITOR, Role.SUPPORT]) == WRITES | SERVES
    everybody = permissions_of([Role.EDITOR, Role.FULFILMENT, Role.SUPPORT])
    assert permissions_of([Role.OWNER]) - everybody == {
        Permission.MANAGE_GIFT_CARDS,
        Permission.MANAGE_TIERS,
        Permission.IMPORT_PRODUCTS,
        Permission.MANAGE_STAFF,
        Permission.MANAGE_SETTINGS,
        Permission.VIEW_AUDIT,
        Permission.MANAGE_DELIVERY,
        Permission.MANAGE_TAXES,
    }
