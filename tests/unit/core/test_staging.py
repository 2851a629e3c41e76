"""Staged changes: made on a copy, and applied in one short step or not at all."""

from __future__ import annotations

import shutil
import stat
import threading
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from kashcraft.accounts.models import User
from kashcraft.core import staging
from kashcraft.core.db import after_step, db, in_step, step
from kashcraft.core.errors import DomainError
from kashcraft.core.staging import ConcurrentChange, NoDiskSpace, staged
from tests.support.races import at_once, concurrently

# Only SQLite has one writer at a time, and so a copy.
on_sqlite = pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
USERS = "INSERT INTO users"


def person(name: str = "ada") -> User:
    return User(email=f"{name}@shop.example", email_key=f"{name}@shop.example", full_name=name, roles=[])


def write(*names: str) -> None:
    db.session.add_all([person(name) for name in names])
    db.session.flush()


def rename(name: str, **values: Any) -> int:
    changed = sa.update(User).where(User.email == f"{name}@shop.example").values(**values)
    return db.session.execute(changed).rowcount


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(User.full_name).order_by(User.full_name)))


def yes() -> bool:
    return True


def same(done: Any) -> Any:
    return done


def other_person() -> None:
    in_step(lambda: write("grace"))


def folder(app: Flask) -> Path:
    return Path(app.instance_path) / "staged"


def test_both_parts_are_written_and_the_second_has_what_the_first_returns(database: Flask) -> None:
    results: list[str] = []

    def work() -> list[str]:
        write("ada", "grace")
        after_step(lambda: results.append("committed"))
        return ["ada"]

    def finish(found: list[str]) -> int:
        return sum(rename(name, full_name=name.upper()) for name in found)

    assert staged(work, finish, unchanged=yes) == 1
    assert (names(), results) == (["ADA", "grace"], ["committed"])


def test_rows_are_applied_unchanged(database: Flask) -> None:
    def work() -> None:
        write("ada", "grace", "edith")
        rename("ada", full_name="Élodie “E.” 文 \N{BLACK STAR}", secret_version=2**31 - 1)
        db.session.execute(sa.delete(User).where(User.email == "grace@shop.example"))
        write("mary")
        with pytest.raises(IntegrityError), db.session.begin_nested():
            write("ada")
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            write("lost")
            raise ZeroDivisionError

    staged(work, same, unchanged=yes)

    assert names() == ["edith", "mary", "Élodie “E.” 文 \N{BLACK STAR}"]
    ada = db.session.scalars(sa.select(User).where(User.email == "ada@shop.example")).one()
    assert (ada.secret_version, ada.created_at.tzinfo is not None) == (2**31 - 1, True)


def test_a_dry_run_returns_the_result_and_changes_nothing(database: Flask) -> None:
    results: list[str] = []

    def work() -> int:
        write("ada")
        after_step(lambda: results.append("committed"))
        return 1

    assert staged(work, lambda done: (done, rename("ada", full_name="x")), unchanged=yes, dry_run=True) == (
        1,
        1,
    )
    assert (names(), results) == ([], [])


def test_what_the_long_part_refuses_is_refused(database: Flask) -> None:
    def work() -> None:
        write("ada")
        raise DomainError("not_this")

    with pytest.raises(DomainError, match="not_this"):
        staged(work, same, unchanged=yes)
    assert names() == []


def test_others_can_write_during_the_long_part(database: Flask) -> None:
    with concurrently(database, USERS, other_person):
        staged(lambda: write("ada"), same, unchanged=yes)

    assert names() == ["ada", "grace"]


@on_sqlite
def test_a_dry_run_does_not_block_writers(database: Flask) -> None:
    begun: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda _c, _u, text, *_: begun.append(text))
    with concurrently(database, "UPDATE users", other_person):
        staged(
            lambda: write("ada"),
            lambda _: rename("ada", full_name="x"),
            unchanged=yes,
            dry_run=True,
        )

    # Only the other person's.
    assert begun.count("BEGIN IMMEDIATE") == 1
    assert names() == ["grace"]


@on_sqlite
def test_concurrent_changes_of_other_columns_of_a_row_stay(database: Flask) -> None:
    in_step(lambda: write("ada"))

    with concurrently(database, "UPDATE users", lambda: in_step(lambda: rename("ada", locale="de_DE"))):
        staged(lambda: rename("ada", full_name="Ada King"), same, unchanged=yes)

    db.session.rollback()
    assert db.session.execute(sa.select(User.full_name, User.locale)).all() == [("Ada King", "de_DE")]


@on_sqlite
@pytest.mark.parametrize(
    ("action", "left", "cause"),
    [
        (lambda: rename("ada", full_name="Ada Byron"), ["Ada Byron"], type(None)),
        (lambda: db.session.execute(sa.delete(User)), [], type(None)),
        (lambda: write("grace"), ["ada", "grace"], IntegrityError),
    ],
)
def test_nothing_is_applied_after_a_conflicting_change(
    database: Flask, action: Callable[[], Any], left: list[str], cause: type[Any]
) -> None:
    in_step(lambda: write("ada"))

    def work() -> None:
        rename("ada", full_name="Ada King")
        write("grace", "edith")

    with (
        concurrently(database, "UPDATE users", lambda: in_step(action)),
        pytest.raises(ConcurrentChange) as refusal,
    ):
        staged(work, same, unchanged=yes)

    assert isinstance(refusal.value.__cause__, cause)
    assert names() == left


def test_a_conflicting_row_raises_concurrent_change(database: Flask) -> None:
    """The copy does not contain the row; PostgreSQL reports the conflict immediately."""
    with (
        concurrently(database, USERS, lambda: in_step(lambda: write("ada"))),
        pytest.raises(ConcurrentChange) as refusal,
    ):
        staged(lambda: write("ada"), same, unchanged=yes)

    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert names() == ["ada"]


def test_unchanged_is_checked_again_before_applying(database: Flask) -> None:
    with pytest.raises(ConcurrentChange):
        staged(lambda: write("ada"), same, unchanged=lambda: names_now() == ["grace"])
    assert names() == []


@on_sqlite
def test_changes_during_the_long_part_raise_concurrent_change(database: Flask) -> None:
    with concurrently(database, USERS, other_person), pytest.raises(ConcurrentChange):
        staged(lambda: write("ada"), same, unchanged=lambda: "grace" not in names_now())

    assert names() == ["grace"]


def names_now() -> list[str]:
    return list(db.session.scalars(sa.select(User.full_name)))


@on_sqlite
def test_a_refusal_only_by_the_database_raises_concurrent_change(database: Flask) -> None:
    def finish(_: None) -> None:
        if "grace" in names_now():
            raise DomainError("grace_is_here")

    with concurrently(database, USERS, other_person), pytest.raises(ConcurrentChange) as refusal:
        staged(lambda: write("ada"), finish, unchanged=yes)

    assert str(refusal.value.__cause__) == "grace_is_here"
    assert names() == ["grace"]


def test_two_staged_changes_run_one_after_the_other(database: Flask) -> None:
    calls = [lambda name=name: staged(lambda: write(name), same, unchanged=yes) for name in ("ada", "grace")]

    at_once(database, calls)

    assert names() == ["ada", "grace"]


def test_a_staged_change_inside_a_step_is_refused(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="a staged change inside a step"), step():
        staged(lambda: None, same, unchanged=yes)


@on_sqlite
def test_the_copy_is_private_and_deleted_afterwards(database: Flask) -> None:
    def modes() -> list[str]:
        paths = [folder(database), *folder(database).iterdir()]
        return sorted(f"{path.name} {stat.S_IMODE(path.stat().st_mode):o}" for path in paths)

    assert staged(modes, same, unchanged=yes) == ["copy.db 600", "lock 600", "staged 700"]
    assert modes() == ["lock 600", "staged 700"]


@on_sqlite
def test_the_copy_of_a_stopped_process_is_deleted(database: Flask) -> None:
    left = [folder(database) / name for name in ("copy.db", "copy.db-journal")]
    staged(lambda: None, same, unchanged=yes)
    for clear in (
        lambda: staging.init_app(database),
        lambda: staged(lambda: None, same, unchanged=yes),
    ):
        for path in left:
            path.write_bytes(b"half of a database")
        clear()
        assert [path.exists() for path in left] == [False, False]


@on_sqlite
def test_starting_does_not_delete_the_copy_of_a_running_change(database: Flask) -> None:
    def work() -> bool:
        starting = threading.Thread(target=staging.init_app, args=[database])
        starting.start()
        starting.join(timeout=30)
        return (folder(database) / "copy.db").exists()

    assert staged(work, same, unchanged=yes)


@on_sqlite
def test_without_disk_space_the_change_is_refused_with_the_missing_size(
    database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")(0, 0, 12_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(
        NoDiskSpace, match=r"^a copy of the database needs \d+ MB in .*/staged, where 12 MB are free$"
    ):
        staged(lambda: write("ada"), same, unchanged=yes)
    assert names() == []


@on_sqlite
def test_a_copy_that_outgrows_the_disk_raises_no_disk_space(database: Flask) -> None:
    size = Path(db.engine.url.database or "").stat().st_size

    def work() -> None:
        db.session.execute(sa.text("PRAGMA max_page_count = 1"))
        write("a" * (size + 5_000_000))

    with pytest.raises(
        NoDiskSpace, match=r"^the copy of the database has no room left to grow in .*/staged$"
    ):
        staged(work, same, unchanged=yes)
    assert names() == []
    assert [path.name for path in folder(database).iterdir()] == ["lock"]
