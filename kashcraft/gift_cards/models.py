"""Gift cards and their ledgers. Amounts are minor units of the card's currency."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.core.db import (
    CreatedAt,
    Currency,
    Id,
    Mapped,
    Minor,
    Model,
    UpdatedAt,
    enum_column,
    mapped_column,
    primary_key,
)
from kashcraft.core.ids import GiftCardId, OrderId, OrderLineId, UserId
from kashcraft.gift_cards.rules import GiftCardStatus as GiftCardStatus


class EntryKind(StrEnum):
    """Why the balance of a card changed."""

    ISSUE = "issue"
    CHARGE = "charge"
    REFUND = "refund"
    EXPIRE = "expire"
    ADJUST = "adjust"
    CANCEL = "cancel"


class ActionKind(StrEnum):
    """What staff did to a card without changing its balance."""

    SENT_AGAIN = "sent_again"
    CODE_SHOWN = "code_shown"
    CANCELLED = "cancelled"


class GiftCard(Model):
    """A gift card, found by ``code_hash``. Its code can be read while ``code_encrypted`` is stored.

    ``design`` is the file name, without its ending, of the picture in its e-mail.
    """

    __tablename__ = "gift_cards"
    __table_args__ = (
        sa.UniqueConstraint("order_line_id", "order_line_unit"),
        sa.CheckConstraint("initial_value > 0", name="initial_value"),
        sa.CheckConstraint("current_balance >= 0", name="current_balance"),
        sa.CheckConstraint("length(last_four) = 4", name="last_four"),
        sa.CheckConstraint("order_line_unit > 0", name="order_line_unit"),
        sa.CheckConstraint(
            "(order_line_id IS NULL) = (order_line_unit IS NULL)", name="order_line_id_with_unit"
        ),
        sa.Index(
            "ix_gift_cards_due",
            "deliver_at",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        ),
        sa.Index(
            "ix_gift_cards_stored_codes",
            "sent_at",
            sqlite_where=sa.text("code_encrypted IS NOT NULL"),
            postgresql_where=sa.text("code_encrypted IS NOT NULL"),
        ),
    )

    id: Mapped[GiftCardId] = primary_key()
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    code_encrypted: Mapped[str | None] = mapped_column(sa.Text)
    last_four: Mapped[str] = mapped_column(sa.String(4))
    sku: Mapped[str | None] = mapped_column(sa.String(255))
    initial_value: Mapped[Minor]
    current_balance: Mapped[Minor]
    currency: Mapped[Currency]
    status: Mapped[GiftCardStatus] = enum_column(
        GiftCardStatus, "status", default=GiftCardStatus.ACTIVE, index=True
    )
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    purchased_at: Mapped[CreatedAt]
    first_used_at: Mapped[datetime | None]
    fully_used_at: Mapped[datetime | None]
    order_line_id: Mapped[OrderLineId | None] = mapped_column(
        sa.ForeignKey("order_lines.id", ondelete="RESTRICT")
    )
    order_line_unit: Mapped[int | None]
    purchased_by: Mapped[UserId | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    purchased_by_name: Mapped[str | None] = mapped_column(sa.String(120))
    purchased_by_email: Mapped[str | None] = mapped_column(sa.String(320))
    recipient_name: Mapped[str | None] = mapped_column(sa.String(120))
    recipient_email: Mapped[str | None] = mapped_column(sa.String(320))
    custom_message: Mapped[str | None] = mapped_column(sa.Text)
    design: Mapped[str | None] = mapped_column(sa.String(200))
    deliver_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    notes: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    usage: Mapped[list[GiftCardUsage]] = relationship(
        back_populates="gift_card", order_by="GiftCardUsage.created_at", lazy="raise"
    )

    @property
    def is_used(self) -> bool:
        """Return whether the balance is 0."""
        return self.current_balance == 0

    def is_expired(self, moment: datetime) -> bool:
        """Return whether the card has expired at ``moment``."""
        return self.expires_at is not None and self.expires_at <= moment


class GiftCardUsage(Model):
    """One signed entry of a card's ledger: issues and refunds are positive, charges and expiry negative."""

    __tablename__ = "gift_card_usages"
    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount"),
        sa.CheckConstraint("balance_after >= 0", name="balance_after"),
        sa.Index(None, "gift_card_id", "created_at"),
    )

    id: Mapped[Id]
    idempotency_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    gift_card_id: Mapped[GiftCardId] = mapped_column(sa.ForeignKey("gift_cards.id", ondelete="RESTRICT"))
    kind: Mapped[EntryKind] = enum_column(EntryKind, "kind")
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="RESTRICT"), index=True
    )
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    amount: Mapped[Minor]
    balance_after: Mapped[Minor]
    notes: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[CreatedAt]

    gift_card: Mapped[GiftCard] = relationship(back_populates="usage", lazy="raise")

    @property
    def amount_used(self) -> int:
        """Return the amount that the entry took off the card, in minor units; negative if it added money."""
        return -self.amount


class GiftCardAction(Model):
    """One action of staff that is not in the ledger. ``notes`` holds the reason, or the address of an
    e-mail.
    """

    __tablename__ = "gift_card_actions"
    __table_args__ = (sa.Index(None, "gift_card_id", "created_at"),)

    id: Mapped[Id]
    idempotency_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    gift_card_id: Mapped[GiftCardId] = mapped_column(sa.ForeignKey("gift_cards.id", ondelete="RESTRICT"))
    kind: Mapped[ActionKind] = enum_column(ActionKind, "kind")
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    notes: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[CreatedAt]
