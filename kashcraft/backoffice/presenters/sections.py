"""The sections of the back office: one list that draws the navigation and the first page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kashcraft.backoffice.rules import Permission
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its key, its label, the endpoint of its first page, and the permission that opens it.

    ``icon`` names a drawing of ``static/icons``. ``on_phone`` puts it into the bar at the foot of phones.
    """

    key: str
    label: LazyText
    endpoint: str
    permission: Permission
    icon: str
    on_phone: bool = False


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of the navigation; ``count`` is the work that waits there, 0 where none does."""

    key: str
    label: str
    endpoint: str
    icon: str
    count: int
    on_phone: bool


# By groups, in the order of a working day. A group without a label stands alone.
SECTIONS: tuple[tuple[LazyText | str, tuple[Section, ...]], ...] = (
    (
        "",
        (Section("today", _l("Today"), "backoffice.front", Permission.VIEW_DASHBOARD, "today"),),
    ),
    (
        _l("Sales"),
        (
            Section("orders", _l("Orders"), "backoffice.orders", Permission.VIEW_ORDERS, "box", True),
            Section(
                "returns", _l("Returns"), "backoffice.returns", Permission.RECEIVE_RETURNS, "return", True
            ),
        ),
    ),
    (
        _l("Products"),
        (
            Section("products", _l("Products"), "backoffice.products", Permission.MANAGE_CATALOGUE, "bag"),
            Section(
                "categories", _l("Categories"), "backoffice.categories", Permission.MANAGE_CATALOGUE, "panel"
            ),
            Section("stock", _l("Stock"), "backoffice.stock", Permission.MANAGE_STOCK, "shelves", True),
        ),
    ),
    (
        _l("Customers"),
        (
            Section("members", _l("Members"), "backoffice.members", Permission.VIEW_MEMBERS, "users"),
            Section("loyalty", _l("Loyalty"), "backoffice.loyalty", Permission.VIEW_LOYALTY, "medal"),
            Section("vouchers", _l("Vouchers"), "backoffice.vouchers", Permission.VIEW_VOUCHERS, "tag"),
            Section(
                "gift_cards",
                _l("Gift cards"),
                "backoffice.gift_cards",
                Permission.VIEW_GIFT_CARDS,
                "gift",
            ),
        ),
    ),
    (
        _l("Settings"),
        (
            Section("delivery", _l("Delivery"), "backoffice.delivery", Permission.VIEW_DELIVERY, "truck"),
            Section("taxes", _l("Taxes"), "backoffice.taxes", Permission.VIEW_TAXES, "card"),
            Section("pages", _l("Pages"), "backoffice.pages", Permission.MANAGE_CONTENT, "edit"),
            Section(
                "navigation", _l("Navigation"), "backoffice.navigation", Permission.MANAGE_CONTENT, "menu"
            ),
            Section(
                "settings",
                _l("Shop settings"),
                "backoffice.settings",
                Permission.MANAGE_SETTINGS,
                "filter",
            ),
            Section("staff", _l("Staff"), "backoffice.staff", Permission.MANAGE_STAFF, "user"),
            Section("audit", _l("Audit log"), "backoffice.audit_log", Permission.VIEW_AUDIT, "clock"),
        ),
    ),
    (
        _l("System"),
        (
            Section(
                "messages",
                _l("Messages not sent"),
                "backoffice.not_sent",
                Permission.RESEND_MESSAGES,
                "mail",
            ),
        ),
    ),
)


def navigation(
    permissions: Collection[Permission], waiting: Mapping[str, int]
) -> list[tuple[str, list[NavItem]]]:
    """Return the groups of the navigation with the sections that ``permissions`` open; ``waiting`` is the
    number of pending tasks in a section, by its key.
    """
    groups = []
    for label, sections in SECTIONS:
        items = [
            NavItem(
                key=one.key,
                label=str(one.label),
                endpoint=one.endpoint,
                icon=one.icon,
                count=waiting.get(one.key, 0),
                on_phone=one.on_phone,
            )
            for one in sections
            if one.permission in permissions
        ]
        if items:
            groups.append((str(label), items))
    return groups
