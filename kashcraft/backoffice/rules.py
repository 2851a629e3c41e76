"""Who may do what. Whatever is not listed, nobody may."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kashcraft.accounts.rules import Role


class Act(StrEnum):
    """What staff can do."""

    SEE_FRONT = "see_front"
    SEE_ORDERS = "see_orders"
    SEND_ORDERS = "send_orders"
    NOTE_ORDERS = "note_orders"
    REFUND_ORDERS = "refund_orders"
    ANSWER_RETURNS = "answer_returns"
    RECEIVE_RETURNS = "receive_returns"
    KEEP_STOCK = "keep_stock"
    SEND_MESSAGES = "send_messages"
    SEE_VOUCHERS = "see_vouchers"
    KEEP_VOUCHERS = "keep_vouchers"
    SEE_GIFT_CARDS = "see_gift_cards"
    SERVE_GIFT_CARDS = "serve_gift_cards"
    KEEP_GIFT_CARDS = "keep_gift_cards"
    SEE_LOYALTY = "see_loyalty"
    SEE_MEMBERS = "see_members"
    SERVE_MEMBERS = "serve_members"
    KEEP_OFFERS = "keep_offers"
    KEEP_TIERS = "keep_tiers"


_FULFILMENT = frozenset(
    {
        Act.SEE_FRONT,
        Act.SEE_ORDERS,
        Act.NOTE_ORDERS,
        Act.SEND_ORDERS,
        Act.RECEIVE_RETURNS,
        Act.KEEP_STOCK,
        Act.SEND_MESSAGES,
    }
)
_SUPPORT = frozenset(
    {
        Act.SEE_FRONT,
        Act.SEE_ORDERS,
        Act.NOTE_ORDERS,
        Act.REFUND_ORDERS,
        Act.ANSWER_RETURNS,
        Act.RECEIVE_RETURNS,
        Act.SEND_MESSAGES,
        Act.SEE_VOUCHERS,
        Act.SEE_GIFT_CARDS,
        Act.SERVE_GIFT_CARDS,
        Act.SEE_LOYALTY,
        Act.SEE_MEMBERS,
        Act.SERVE_MEMBERS,
    }
)
ALLOWED: dict[Role, frozenset[Act]] = {
    Role.OWNER: frozenset(Act),
    Role.FULFILMENT: _FULFILMENT,
    Role.SUPPORT: _SUPPORT,
    Role.EDITOR: frozenset(
        {Act.SEE_FRONT, Act.SEE_VOUCHERS, Act.KEEP_VOUCHERS, Act.SEE_LOYALTY, Act.KEEP_OFFERS}
    ),
}


def may(roles: Iterable[Role], act: Act) -> bool:
    """Return whether one of the roles allows the act."""
    return any(act in ALLOWED[role] for role in roles)


def acts_of(roles: Iterable[Role]) -> frozenset[Act]:
    """Return everything that the roles allow together."""
    return frozenset().union(*(ALLOWED[role] for role in roles))
