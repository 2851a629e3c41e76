"""Journal categories, posts, their tags and their views by day and by month."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import column_property, relationship

from kashcraft.accounts.models import User
from kashcraft.core import clock
from kashcraft.core.columns import UtcDateTime
from kashcraft.core.db import CreatedAt, Id, Mapped, Model, UpdatedAt, enum_column, mapped_column
from kashcraft.core.ids import CategoryId


class PostStatus(StrEnum):
    """A published post is visible from ``published_at`` on."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class BlogCategory(Model):
    """A section of the journal; ``category_id`` is the category of the shop that shows it."""

    __tablename__ = "blog_categories"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(120))
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    description: Mapped[str | None] = mapped_column(sa.Text)
    image: Mapped[str | None] = mapped_column(sa.String(200))
    seo_title: Mapped[str | None] = mapped_column(sa.String(120))
    seo_description: Mapped[str | None] = mapped_column(sa.String(320))
    is_active: Mapped[bool] = mapped_column(default=True, index=True)
    category_id: Mapped[CategoryId | None] = mapped_column(
        sa.ForeignKey("categories.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    posts: Mapped[list[BlogPost]] = relationship(
        back_populates="category", lazy="raise", passive_deletes="all"
    )
    if TYPE_CHECKING:
        post_count: Mapped[int]


class BlogPost(Model):
    """A post: its Markdown, and the sanitized HTML that was rendered when it was saved."""

    __tablename__ = "blog_posts"
    __table_args__ = (
        sa.CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_at"),
        sa.CheckConstraint(
            "view_count >= 0 AND likes >= 0 AND comments >= 0 AND shares >= 0", name="counters"
        ),
        sa.CheckConstraint("word_count >= 0", name="word_count"),
        sa.CheckConstraint("reading_time_minutes > 0", name="reading_time_minutes"),
        sa.Index(None, "status", "published_at"),
        sa.Index(None, "category_id", "status", "published_at"),
    )

    id: Mapped[Id]
    title: Mapped[str] = mapped_column(sa.String(200))
    slug: Mapped[str] = mapped_column(sa.String(160), unique=True)
    content: Mapped[str] = mapped_column(sa.Text)
    content_html: Mapped[str] = mapped_column(sa.Text, default="")
    excerpt: Mapped[str] = mapped_column(sa.Text, default="")
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    category_id: Mapped[CategoryId] = mapped_column(sa.ForeignKey("blog_categories.id", ondelete="RESTRICT"))
    image: Mapped[str | None] = mapped_column(sa.String(200))
    image_alt: Mapped[str | None] = mapped_column(sa.String(320))
    status: Mapped[PostStatus] = enum_column(PostStatus, "status", default=PostStatus.DRAFT)
    featured: Mapped[bool] = mapped_column(default=False, index=True)
    seo_title: Mapped[str | None] = mapped_column(sa.String(120))
    seo_description: Mapped[str | None] = mapped_column(sa.String(320))
    seo_keywords: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    view_count: Mapped[int] = mapped_column(default=0, index=True)
    likes: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    shares: Mapped[int] = mapped_column(default=0)
    reading_time_minutes: Mapped[int | None]
    word_count: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    updated_by: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    author: Mapped[User] = relationship(foreign_keys=author_id, lazy="raise")
    category: Mapped[BlogCategory] = relationship(back_populates="posts", lazy="raise")
    tag_rows: Mapped[list[BlogTag]] = relationship(
        order_by="BlogTag.name", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    if TYPE_CHECKING:
        views_last_week: Mapped[int]
        views_last_month: Mapped[int]

    @property
    def tags(self) -> list[str]:
        """Return the tags of the post as text."""
        return [tag.name for tag in self.tag_rows]

    def is_visible(self, moment: datetime) -> bool:
        """Return whether the post is visible to readers at ``moment``."""
        return (
            self.status is PostStatus.PUBLISHED
            and self.published_at is not None
            and self.published_at <= moment
        )


class BlogTag(Model):
    """A tag of a post; posts with the same slug are grouped, whatever the case of the name."""

    __tablename__ = "blog_tags"

    post_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("blog_posts.id", ondelete="CASCADE"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(sa.String(80), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(sa.String(80))


class BlogViewDay(Model):
    """The views of a post on one day."""

    __tablename__ = "blog_view_days"
    __table_args__ = (sa.CheckConstraint("views > 0", name="views"),)

    post_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("blog_posts.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    views: Mapped[int]


class BlogViewMonth(Model):
    """The views of a post in a month whose days have been rolled up.

    ``view_count`` of the post is the sum of its days and months.
    """

    __tablename__ = "blog_view_months"
    __table_args__ = (
        sa.CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        sa.CheckConstraint("views > 0", name="views"),
    )

    post_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("blog_posts.id", ondelete="CASCADE"), primary_key=True
    )
    year: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    views: Mapped[int]


def _now(name: str, days_ago: int, kind: sa.types.TypeEngine[Any]) -> sa.BindParameter[Any]:
    """Return a parameter that reads the clock when its statement runs."""
    return sa.bindparam(name, callable_=lambda: clock.now() - timedelta(days=days_ago), type_=kind)


def _loaded_on_demand(selected: sa.Select[Any], inner: type[Model]) -> Any:
    return column_property(selected.correlate_except(inner).scalar_subquery(), deferred=True, raiseload=True)


def _views_since(days: int) -> Any:
    return _loaded_on_demand(
        sa.select(sa.func.coalesce(sa.func.sum(BlogViewDay.views), 0)).where(
            BlogViewDay.post_id == BlogPost.id, BlogViewDay.day > _now(f"days_ago_{days}", days, sa.Date())
        ),
        BlogViewDay,
    )


# Counted when a query asks for them (undefer); the week and the month include today.
BlogCategory.post_count = _loaded_on_demand(
    sa.select(sa.func.count()).where(
        BlogPost.category_id == BlogCategory.id,
        BlogPost.status == PostStatus.PUBLISHED,
        BlogPost.published_at <= _now("moment", 0, UtcDateTime()),
    ),
    BlogPost,
)
BlogPost.views_last_week = _views_since(7)
BlogPost.views_last_month = _views_since(30)
