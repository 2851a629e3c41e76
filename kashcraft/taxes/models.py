"""Tax rates by class and place."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Mapped, Model, UpdatedAt, mapped_column, primary_key
from kashcraft.core.ids import TaxRateId


class TaxRate(Model):
    """A tax rate in parts per million (8.875 % is 88,750) for one class of products in one place.

    An empty region or postal prefix means the whole country. Both days of the validity period are
    included. Postal prefixes are stored in the form of ``rules.plain_postal_code``.
    """

    __tablename__ = "tax_rates"
    __table_args__ = (
        sa.CheckConstraint("rate BETWEEN 0 AND 1000000", name="rate"),
        sa.CheckConstraint("length(country) = 2 AND country = upper(country)", name="country"),
        sa.CheckConstraint("tax_class <> ''", name="tax_class"),
        sa.CheckConstraint("valid_until >= valid_from", name="window"),
        sa.UniqueConstraint("country", "region", "postal_prefix", "tax_class", "valid_from"),
        sa.Index(
            "uq_tax_rates_since_ever",
            "country", "region", "postal_prefix", "tax_class",
            unique=True,
            sqlite_where=sa.text("valid_from IS NULL"),
            postgresql_where=sa.text("valid_from IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[TaxRateId] = primary_key()
    tax_class: Mapped[str] = mapped_column(sa.String(40))
    country: Mapped[str] = mapped_column(sa.String(2))
    region: Mapped[str] = mapped_column(sa.String(40), default="")
    postal_prefix: Mapped[str] = mapped_column(sa.String(12), default="")
    rate: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(80))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
