"""Searches, opened results, and their daily totals."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, enum_column, mapped_column
from kashcraft.core.ids import OrderId, ProductId, UserId


class QueryType(StrEnum):
    """The origin of a list of results: a query, a category, or filters."""

    TEXT = "text"
    CATEGORY = "category"
    FILTER = "filter"


# The columns that identify the person who searched.
PERSONAL_COLUMNS = ("user_id", "session_hash", "order_id")
_IS_PERSONAL = " OR ".join(f"{name} IS NOT NULL" for name in PERSONAL_COLUMNS)


class SearchHistory(Model):
    """A search by a member, or by a guest with a hash that changes every day.

    After 30 days member, hash and order are removed; ``converted_to_order`` stays.
    """

    __tablename__ = "search_histories"
    __table_args__ = (
        sa.CheckConstraint("result_count >= 0", name="result_count"),
        sa.CheckConstraint("order_id IS NULL OR converted_to_order", name="converted_to_order"),
        sa.Index(None, "user_id", "timestamp"),
        sa.Index(None, "user_id", "query", "timestamp"),
        sa.Index(None, "normalised_query", "timestamp"),
        sa.Index(
            "ix_search_histories_names_somebody",
            "timestamp",
            sqlite_where=sa.text(_IS_PERSONAL),
            postgresql_where=sa.text(_IS_PERSONAL),
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    session_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    query: Mapped[str] = mapped_column(sa.String(200), index=True)
    normalised_query: Mapped[str] = mapped_column(sa.String(200))
    query_type: Mapped[QueryType] = enum_column(QueryType, "query_type", default=QueryType.TEXT)
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result_count: Mapped[int] = mapped_column(default=0)
    used_correction: Mapped[bool] = mapped_column(default=False)
    order_id: Mapped[OrderId | None] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="SET NULL"), index=True
    )
    converted_to_order: Mapped[bool] = mapped_column(default=False, index=True)
    timestamp: Mapped[CreatedAt] = mapped_column(index=True)

    clicks: Mapped[list[SearchClick]] = relationship(
        order_by="SearchClick.clicked_at", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def had_results(self) -> bool:
        """Return whether the search had results."""
        return self.result_count > 0

    @property
    def clicked_product(self) -> UUID | None:
        """Return the id of the product that was opened first, None without one."""
        return self.clicks[0].product_id if self.clicks else None

    @property
    def click_position(self) -> int | None:
        """Return the position in the list, from 1, of the product that was opened first."""
        return self.clicks[0].position if self.clicks else None

    @property
    def duration_seconds(self) -> int | None:
        """Return the whole seconds until the first product was opened."""
        return int((self.clicks[0].clicked_at - self.timestamp).total_seconds()) if self.clicks else None


class SearchClick(Model):
    """An opened result, and its position in the list from 1."""

    __tablename__ = "search_clicks"
    __table_args__ = (
        sa.CheckConstraint("position > 0", name="position"),
        sa.Index(None, "search_id", "clicked_at"),
    )

    id: Mapped[Id]
    search_id: Mapped[UUID] = mapped_column(sa.ForeignKey("search_histories.id", ondelete="CASCADE"))
    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    clicked_at: Mapped[CreatedAt]


class SearchDaily(Model):
    """The totals of deleted searches for a query on one day of the shop.

    Queries that could identify a person are stored as an empty text. ``clicked`` counts searches with an
    opened result, ``clicks`` the opened results.
    """

    __tablename__ = "search_dailies"
    __table_args__ = (
        sa.CheckConstraint("searches > 0", name="searches"),
        sa.CheckConstraint("without_results BETWEEN 0 AND searches", name="without_results"),
        sa.CheckConstraint("corrected BETWEEN 0 AND searches", name="corrected"),
        sa.CheckConstraint("clicked BETWEEN 0 AND searches", name="clicked"),
        sa.CheckConstraint("clicks >= clicked", name="clicks"),
        sa.CheckConstraint("converted BETWEEN 0 AND searches", name="converted"),
        sa.Index(None, "normalised_query", "day"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    query_type: Mapped[QueryType] = enum_column(QueryType, "query_type", primary_key=True)
    normalised_query: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    searches: Mapped[int]
    without_results: Mapped[int]
    corrected: Mapped[int]
    clicked: Mapped[int]
    clicks: Mapped[int]
    converted: Mapped[int]
