"""Files with secrets are private whatever the umask."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kashcraft import config, create_app
from kashcraft.core import private_files
from kashcraft.payments.gateways import store
from tests.support import server


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    """The umask of most systems."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Return the modes of a folder, as ``.``, and of its files."""
    paths = [path for path in folder.iterdir() if path.is_file()]
    found = {".": folder, **{path.name: path for path in paths}}
    return {name: oct(path.stat().st_mode & 0o777) for name, path in found.items()}


def test_files_of_a_new_shop_are_private(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    variables = server.environment(instance)
    server.flask("db", "upgrade", variables=variables)
    server.flask("demo", "load", variables=variables)

    found = modes(instance)
    assert found.pop(".") == "0o700"
    assert {"kashcraft.db", "sandbox_processor.db", "secret_key", "encryption_key"} <= set(found)
    assert set(found.values()) == {"0o600"}


def test_sqlites_additional_files_are_private(tmp_path: Path) -> None:
    app = create_app(config.load({}, instance_path=tmp_path))
    with app.app_context():
        from kashcraft.core.db import db

        with db.engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE things (id INTEGER)")
            connection.commit()
            found = modes(tmp_path)
        db.engine.dispose()

    assert {name: found[name] for name in found if name.startswith("kashcraft.db")} == {
        "kashcraft.db": "0o600", "kashcraft.db-wal": "0o600", "kashcraft.db-shm": "0o600",
    }  # fmt: skip


def test_the_file_of_the_sandbox_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    with store.opened(folder / "sandbox.db", "CREATE TABLE IF NOT EXISTS things (id)", writing=True):
        found = modes(folder)
    assert set(found) >= {".", "sandbox.db", "sandbox.db-wal"}
    assert found.pop(".") == "0o700"
    assert set(found.values()) == {"0o600"}


def test_permissions_of_an_older_shop_are_restricted_at_the_start(tmp_path: Path) -> None:
    instance, elsewhere = tmp_path / "instance", tmp_path / "shop.db"
    mail = instance / "mail"
    mail.mkdir(parents=True)
    for path in (instance / "sandbox_processor.db", instance / "secret_key", mail / "1.eml", elsewhere):
        path.touch()
        path.chmod(0o644)
    (instance / "secret_key").write_text("kept as it was")
    with closing(sqlite3.connect(elsewhere)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE things (id INTEGER)")
        for folder in (instance, mail):
            folder.chmod(0o755)
        create_app(config.load({}, instance_path=instance, database_url=f"sqlite:///{elsewhere}"))

        assert set(modes(instance).values()) == {"0o600", "0o700"}
        assert modes(mail) == {".": "0o700", "1.eml": "0o600"}
        beside = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("shop.db*")}
    assert beside == dict.fromkeys(("shop.db", "shop.db-wal", "shop.db-shm"), 0o600)
    assert (instance / "secret_key").read_text() == "kept as it was"


def test_a_shared_folder_is_not_changed_but_reported(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)

    printed = private_files.tighten(shared)

    assert shared.stat().st_mode & 0o7777 == 0o1777
    assert printed == [
        f"{shared} can be read by other users of this machine, and is not this user's to close"
    ]


def test_shared_folders_are_reported_at_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    printed = subprocess.run(
        [server.FLASK, "jobs", "list"], cwd=server.ROOT, env=server.environment(tmp_path),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"{tmp_path} can be read by other users of this machine" in printed.stdout
