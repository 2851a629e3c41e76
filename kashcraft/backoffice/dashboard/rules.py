"""The kinds of work on the first page with their permissions, and what the search for everything finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from kashcraft.backoffice.rules import Permission
from kashcraft.core.ids import GiftCardId, ProductId, UserId, VoucherId
from kashcraft.core.money import Money
from kashcraft.orders.rules import StaffOrder

T = TypeVar("T")


class WorkKind(StrEnum):
    """A kind of work that waits for staff, in the order of the page."""

    TO_PACK = "to_pack"
    TO_SHIP = "to_ship"
    ON_THE_WAY = "on_the_way"
    RETURNS_TO_ANSWER = "returns_to_answer"
    RETURNS_TO_RECEIVE = "returns_to_receive"
    RETURNS_TO_REFUND = "returns_to_refund"
    REFUSED_REFUNDS = "refused_refunds"
    LOW_STOCK = "low_stock"
    MESSAGES_NOT_SENT = "messages_not_sent"
    FAILED_JOBS = "failed_jobs"


# The permission to do the work: who may only look at it does not see it as theirs.
NEEDED: Mapping[WorkKind, Permission] = {
    WorkKind.TO_PACK: Permission.SHIP_ORDERS,
    WorkKind.TO_SHIP: Permission.SHIP_ORDERS,
    WorkKind.ON_THE_WAY: Permission.SHIP_ORDERS,
    WorkKind.RETURNS_TO_ANSWER: Permission.ANSWER_RETURNS,
    WorkKind.RETURNS_TO_RECEIVE: Permission.RECEIVE_RETURNS,
    WorkKind.RETURNS_TO_REFUND: Permission.REFUND_ORDERS,
    WorkKind.REFUSED_REFUNDS: Permission.REFUND_ORDERS,
    WorkKind.LOW_STOCK: Permission.MANAGE_STOCK,
    WorkKind.MESSAGES_NOT_SENT: Permission.RESEND_MESSAGES,
    WorkKind.FAILED_JOBS: Permission.RESEND_MESSAGES,
}


@dataclass(frozen=True, slots=True)
class Hits(Generic[T]):
    """The first items that a section found, and the number of all."""

    items: Sequence[T] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class FoundMember:
    """A member that was found, with the points that can be spent."""

    id: UserId
    name: str
    email: str
    points: int


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """A product or variant that was found, with the units that can be bought."""

    id: ProductId
    name: str
    options: str
    sku: str
    available: int


@dataclass(frozen=True, slots=True)
class FoundVoucher:
    """A voucher that was found; ``code`` is empty where it needs none."""

    id: VoucherId
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FoundGiftCard:
    """A gift card that was found, by the last four characters of its code."""

    id: GiftCardId
    last_four: str
    recipient: str
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The hits of each section; sections that were not searched have none."""

    orders: Hits[StaffOrder] = field(default_factory=Hits)
    members: Hits[FoundMember] = field(default_factory=Hits)
    products: Hits[FoundProduct] = field(default_factory=Hits)
    vouchers: Hits[FoundVoucher] = field(default_factory=Hits)
    gift_cards: Hits[FoundGiftCard] = field(default_factory=Hits)
