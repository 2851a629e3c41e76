"""Help pages with their old addresses, and the links of menus."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.content.rules.menus import LinkKind as LinkKind
from kashcraft.content.rules.menus import Menu as Menu
from kashcraft.core.db import (
    CreatedAt,
    Mapped,
    Model,
    UpdatedAt,
    enum_column,
    mapped_column,
    primary_key,
)
from kashcraft.core.ids import MenuItemId, PageId


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


class MenuItem(Model):
    """A link of a menu, or a column of the footer with links below it.

    ``target`` is the id of a category or page, without a foreign key because the link outlives it, or a path
    or address.
    """

    __tablename__ = "menu_items"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'column') = (target = '')", name="target"),
        sa.CheckConstraint("kind IN ('category', 'page') OR label <> ''", name="label"),
        sa.CheckConstraint("(menu = 'footer' AND kind <> 'column') = (parent_id IS NOT NULL)", name="parent"),
    )

    id: Mapped[MenuItemId] = primary_key()
    menu: Mapped[Menu] = enum_column(Menu, "menu")
    parent_id: Mapped[MenuItemId | None] = mapped_column(
        sa.ForeignKey("menu_items.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[LinkKind] = enum_column(LinkKind, "kind")
    label: Mapped[str] = mapped_column(sa.String(80), default="")
    target: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[CreatedAt]
