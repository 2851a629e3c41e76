"""Help pages and their old addresses."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Mapped, Model, UpdatedAt, mapped_column, primary_key
from kashcraft.core.ids import PageId


class Page(Model):
    """A help page in Markdown."""

    __tablename__ = "pages"

    id: Mapped[PageId] = primary_key()
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str] = mapped_column(sa.String(160))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    body_html: Mapped[str] = mapped_column(sa.Text, default="")
    seo_description: Mapped[str | None] = mapped_column(sa.String(320))
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class PageRedirect(Model):
    """A former slug of a help page, which redirects to the current one."""

    __tablename__ = "page_redirects"

    slug: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    page_id: Mapped[PageId] = mapped_column(sa.ForeignKey("pages.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[CreatedAt]
