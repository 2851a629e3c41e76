"""Rendered parts of pages in a file that processes share."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kashcraft.core.page_store import CHECK_EVERY, PageStore, remove_stores

MIB = 1024 * 1024


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    made = PageStore(tmp_path / "cache", MIB)
    yield made
    made.close()


def test_a_part_is_found_by_its_key(store: PageStore) -> None:
    store.put(("product", "bowl", (1250, 3)), "<p>₹ 1,250</p>".encode())
    assert store.get(("product", "bowl", (1250, 3))) == "<p>₹ 1,250</p>".encode()
    assert store.get(("product", "bowl", (1250, 2))) is None


def test_a_part_takes_the_place_of_an_older_one(store: PageStore) -> None:
    store.put("bowl", b"old")
    store.put("bowl", b"new")
    assert store.get("bowl") == b"new"


def test_another_process_finds_a_part_after_the_file_was_closed(store: PageStore) -> None:
    store.put("bowl", b"from the parent")
    store.close()
    child = multiprocessing.get_context("fork").Process(target=add_tray, args=(store,))
    child.start()
    child.join()
    assert (child.exitcode, store.get("tray")) == (0, b"from the parent, and the child")


def add_tray(store: PageStore) -> None:
    store.put("tray", (store.get("bowl") or b"") + b", and the child")


def test_the_oldest_parts_make_room_for_new_ones(store: PageStore) -> None:
    count, part = 4 * CHECK_EVERY, random.Random(7).randbytes(8192)
    for number in range(count):
        store.put(number, part)
    left = [number for number in range(count) if store.get(number) is not None]
    assert left == [*range(left[0], count)]
    assert store.get(0) is None
    assert sum(len(part) for _ in left) <= MIB + CHECK_EVERY * len(part)


def test_only_its_owner_can_read_the_file(store: PageStore) -> None:
    store.put("bowl", b"<p></p>")
    assert (store.path.parent.stat().st_mode & 0o777, store.path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_no_file_is_made_for_a_store_without_room(tmp_path: Path) -> None:
    empty = PageStore(tmp_path / "cache", 0)
    empty.put("bowl", b"<p></p>")
    assert empty.get("bowl") is None
    assert not (tmp_path / "cache").exists()


def test_a_file_that_cannot_be_used_is_logged_once_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    broken = PageStore(tmp_path / "cache", MIB)
    with capture_logs() as logs:
        broken.put("bowl", b"<p></p>")
        assert broken.get("bowl") is None
    assert [(one["log_level"], one["event"]) for one in logs] == [
        ("warning", "parts of pages are not stored")
    ]


def test_the_file_goes_with_its_store(tmp_path: Path) -> None:
    store = PageStore(tmp_path / "cache", MIB)
    store.put("bowl", b"<p></p>")
    path = store.path
    assert path.exists()
    store.close()
    del store
    assert [*path.parent.iterdir()] == []


def test_files_of_earlier_servers_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    for name in ("pages-ab12.sqlite3", "pages-ab12.sqlite3-wal", "pages-ab12.sqlite3-shm", "other.txt"):
        (tmp_path / "cache" / name).touch()
    remove_stores(tmp_path)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["other.txt"]


def test_a_part_is_not_waited_for_while_another_process_writes(store: PageStore) -> None:
    store.put("bowl", b"<p></p>")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with capture_logs() as logs:
            store.put("tray", b"<p></p>")
        other.execute("ROLLBACK")
    assert (store.get("bowl"), store.get("tray"), logs) == (b"<p></p>", None, [])


def test_a_part_under_a_wrong_key_is_not_returned(store: PageStore) -> None:
    store.put("bowl", b"<p>bowl</p>")
    store.put("tray", b"<p>tray</p>")
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE parts SET content = (SELECT content FROM parts ORDER BY rowid DESC)")
    assert (store.get("bowl"), store.get("tray")) == (None, b"<p>tray</p>")


def test_a_damaged_part_is_not_returned(store: PageStore) -> None:
    store.put("bowl", b"<p>bowl</p>")
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE parts SET content = substr(content, 1, 20) || x'00'")
    assert store.get("bowl") is None


def test_a_damaged_file_is_removed_and_no_longer_used(store: PageStore) -> None:
    store.put("bowl", b"<p></p>")
    store.close()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("DROP TABLE parts")
        connection.execute("CREATE TABLE parts (other TEXT)")
    with capture_logs() as logs:
        assert store.get("bowl") is None
        store.put("bowl", b"<p></p>")
    assert len(logs) == 1
    assert not store.path.exists()
