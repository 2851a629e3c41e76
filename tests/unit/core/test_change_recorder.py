"""Changes recorded on one SQLite database are applied to another, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from kashcraft.blog.models import BlogTag
from kashcraft.core.change_recorder import Change, record, recorded, write
from kashcraft.core.db import Base
from tests.factories.rows import insert


def empty_database() -> Connection:
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    return engine.connect()


@pytest.fixture
def copy() -> Iterator[Connection]:
    """The database on which changes are made."""
    with empty_database() as connection:
        yield connection


@pytest.fixture
def original() -> Iterator[Connection]:
    """The database to which the changes are applied."""
    with empty_database() as connection:
        yield connection


def tags(connection: Connection) -> list[tuple[Any, ...]]:
    return [
        tuple(row) for row in connection.execute(sa.text("SELECT slug, name FROM blog_tags ORDER BY slug"))
    ]


def same_tag(*connections: Connection) -> dict[str, Any]:
    """Write one tag with its post, alike everywhere; return its values."""
    row = insert(connections[0], "blog_tags", {"slug": "walnut", "name": "Walnut"})
    for table in ("users", "blog_categories", "blog_posts", "blog_tags"):
        rows = connections[0].execute(sa.text(f"SELECT * FROM {table}")).mappings().all()
        columns = [column for column in Base.metadata.tables[table].columns if column.computed is None]
        names = ", ".join(column.name for column in columns)
        marks = ", ".join(f":{column.name}" for column in columns)
        for other in connections[1:]:
            for one in rows:
                other.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), dict(one))
    return row


def kinds(changes: list[Change]) -> list[str]:
    return [change.kind for change in changes]


def test_inserted_updated_and_deleted_rows_are_applied(copy: Connection, original: Connection) -> None:
    same_tag(copy, original)
    record(copy)
    post = copy.execute(sa.select(BlogTag.post_id)).scalar_one()
    insert(copy, "blog_tags", {"slug": "copper", "name": "Copper", "post_id": post})
    copy.execute(sa.text("UPDATE blog_tags SET name = 'Walnut wood' WHERE slug = 'walnut'"))
    changes = recorded(copy)

    assert kinds(changes) == ["insert", "update"]
    assert write(changes, original)
    assert tags(original) == [("copper", "Copper"), ("walnut", "Walnut wood")]

    copy.execute(sa.text("DELETE FROM blog_tags WHERE slug = 'copper'"))
    assert write(recorded(copy)[2:], original)
    assert tags(original) == [("walnut", "Walnut wood")]


def test_changes_rolled_back_to_a_savepoint_are_not_recorded(copy: Connection) -> None:
    same_tag(copy)
    record(copy)
    with pytest.raises(ZeroDivisionError), copy.begin_nested():
        copy.execute(sa.text("UPDATE blog_tags SET name = 'Elm'"))
        raise ZeroDivisionError

    assert recorded(copy) == []


def test_an_update_without_differences_is_not_recorded(copy: Connection) -> None:
    same_tag(copy)
    record(copy)
    copy.execute(sa.text("UPDATE blog_tags SET name = name"))

    assert recorded(copy) == []


def test_a_row_that_was_changed_by_others_is_not_overwritten(copy: Connection, original: Connection) -> None:
    same_tag(copy, original)
    record(copy)
    copy.execute(sa.text("UPDATE blog_tags SET name = 'Walnut wood'"))
    original.execute(sa.text("UPDATE blog_tags SET name = 'Nut wood'"))

    assert not write(recorded(copy), original)
    assert tags(original) == [("walnut", "Nut wood")]


def test_concurrent_changes_of_other_columns_stay(copy: Connection, original: Connection) -> None:
    same_tag(copy, original)
    record(copy)
    copy.execute(sa.text("UPDATE blog_posts SET title = 'Walnut'"))
    original.execute(sa.text("UPDATE blog_posts SET excerpt = 'From others'"))

    assert write(recorded(copy), original)
    assert tuple(original.execute(sa.text("SELECT title, excerpt FROM blog_posts")).one()) == (
        "Walnut",
        "From others",
    )


def test_deleting_a_missing_row_succeeds(copy: Connection, original: Connection) -> None:
    same_tag(copy, original)
    record(copy)
    copy.execute(sa.text("DELETE FROM blog_tags"))
    original.execute(sa.text("DELETE FROM blog_tags"))

    assert write(recorded(copy), original)


def test_a_conflict_with_another_row_raises_an_error(copy: Connection, original: Connection) -> None:
    same_tag(copy, original)
    post = copy.execute(sa.select(BlogTag.post_id)).scalar_one()
    record(copy)
    row = insert(copy, "blog_tags", {"slug": "copper", "name": "Copper", "post_id": post})
    insert(original, "blog_tags", row)

    with pytest.raises(IntegrityError):
        write(recorded(copy), original)
