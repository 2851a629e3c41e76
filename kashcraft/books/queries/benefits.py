"""Checks of vouchers and gift cards: uses are counted, and balances are the sums of their ledgers."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.books.queries.checking import Check, Figures, sums, whole
from kashcraft.gift_cards.models import EntryKind, GiftCard, GiftCardUsage
from kashcraft.vouchers.models import UsageStatus, Voucher, VoucherUsage


def _usages() -> Figures:
    applied = sums(VoucherUsage.voucher_id, sa.literal(1), VoucherUsage.status == UsageStatus.APPLIED)
    return sa.select(Voucher.code, whole(applied.c.amount), Voucher.current_usages).outerjoin(
        applied, applied.c.key == Voucher.id
    )


def _balance() -> Figures:
    entries = sums(GiftCardUsage.gift_card_id, GiftCardUsage.amount)
    return sa.select(GiftCard.id, whole(entries.c.amount), GiftCard.current_balance).outerjoin(
        entries, entries.c.key == GiftCard.id
    )


def _issue() -> Figures:
    issued = sums(GiftCardUsage.gift_card_id, GiftCardUsage.amount, GiftCardUsage.kind == EntryKind.ISSUE)
    return sa.select(GiftCard.id, whole(issued.c.amount), GiftCard.initial_value).outerjoin(
        issued, issued.c.key == GiftCard.id
    )


CHECKS = (
    Check("vouchers.current_usages", _usages, ("vouchers.current_usages",)),
    Check("gift_cards.current_balance", _balance, ("gift_cards.current_balance", "gift_card_usages.amount")),
    Check("gift_cards.initial_value", _issue, ("gift_cards.initial_value",)),
)
