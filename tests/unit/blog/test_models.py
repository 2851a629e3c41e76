"""Visibility of posts, and their counters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import undefer

from kashcraft.blog.models import BlogCategory, BlogPost, BlogTag, PostStatus
from kashcraft.core import clock
from kashcraft.core.db import db, step
from tests.factories.rows import NOW, add_row


def test_tags_are_returned_as_names() -> None:
    post = BlogPost(
        tag_rows=[BlogTag(slug="pashmina", name="Pashmina"), BlogTag(slug="walnut", name="Walnut")]
    )
    assert post.tags == ["Pashmina", "Walnut"]


@pytest.mark.parametrize(
    ("status", "published_at", "visible"),
    [
        (PostStatus.PUBLISHED, NOW, True),
        (PostStatus.PUBLISHED, NOW + timedelta(seconds=1), False),
        (PostStatus.DRAFT, NOW, False),
        (PostStatus.DRAFT, None, False),
        (PostStatus.ARCHIVED, NOW, False),
    ],
)
def test_a_post_is_visible_once_published_and_due(
    status: PostStatus, published_at: datetime | None, visible: bool
) -> None:
    assert BlogPost(status=status, published_at=published_at).is_visible(NOW) is visible


@pytest.mark.usefixtures("database")
def test_a_category_counts_its_visible_posts(frozen: clock.FrozenClock) -> None:
    with step():
        category = add_row("blog_categories")
        seen: dict[str, Any] = {"category_id": category, "status": "published", "published_at": NOW}
        add_row("blog_posts", **seen)
        add_row("blog_posts", **(seen | {"published_at": NOW + timedelta(hours=1)}))
        add_row("blog_posts", category_id=category)
        add_row("blog_posts", status="published", published_at=NOW)
    assert post_count(category) == 1
    frozen.advance(hours=1)
    assert post_count(category) == 2


def post_count(category: UUID) -> int:
    """Return how many posts the category counts now."""
    wanted = sa.select(BlogCategory).where(BlogCategory.id == category)
    fresh = wanted.options(undefer(BlogCategory.post_count)).execution_options(populate_existing=True)
    return db.session.scalars(fresh).one().post_count


@pytest.mark.usefixtures("database")
def test_views_of_the_last_week_and_month_are_sums_of_days(frozen: clock.FrozenClock) -> None:
    with step():
        post = add_row("blog_posts")
        for days, views in ((0, 1), (6, 10), (7, 100), (29, 1_000), (30, 10_000)):
            add_row("blog_view_days", post_id=post, day=(NOW - timedelta(days=days)).date(), views=views)
        add_row("blog_view_days", day=NOW.date(), views=5)
    both = (undefer(BlogPost.views_last_week), undefer(BlogPost.views_last_month))
    read = db.session.scalars(sa.select(BlogPost).where(BlogPost.id == post).options(*both)).one()
    assert (read.views_last_week, read.views_last_month) == (11, 1_111)


@pytest.mark.usefixtures("database")
def test_a_category_with_posts_cannot_be_deleted() -> None:
    with step():
        add_row("blog_posts")
    with pytest.raises(sa.exc.IntegrityError), step() as session:
        session.execute(sa.delete(BlogCategory))
