"""The kinds of work on the first page with their permissions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kashcraft.backoffice.rules import Permission


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
