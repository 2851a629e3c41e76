"""Files that only their owner can read, whatever the process's umask: databases, secrets and e-mails."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from flask import Flask

from kashcraft.core.logs import warn_of

OWNERS_FOLDER, OWNERS_FILE = 0o700, 0o600
# The minimum is 32 random hexadecimal digits (128 bits), which nearly always contain eight different ones.
SECRET_LENGTH, DIFFERENT = 32, 8


def init_app(app: Flask) -> None:
    """Restrict the permissions of files that an older version of the shop has created."""
    settings = app.config["SETTINGS"]
    warn_of(tighten(settings.instance_path, database=settings.database_file))


def make_folder(path: Path) -> None:
    """Create a private folder, with parents in default mode; an existing folder keeps its mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=OWNERS_FOLDER)
        path.chmod(OWNERS_FOLDER)


def make_file(path: Path) -> None:
    """Create an empty private file unless it exists.

    SQLite accepts it as an empty database, and gives the same mode to the files beside it.
    """
    with suppress(FileExistsError):
        os.close(_create(path))


def write(path: Path, content: bytes) -> None:
    """Write a new private file. Raises FileExistsError."""
    with os.fdopen(_create(path), "wb") as file:
        file.write(content)


def read_or_create_secret(path: Path) -> str:
    """Return the secret in ``path``; create a random one where the file is missing.

    Processes that start at the same time agree on one secret.
    """
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text().strip()


def is_guessable(secret: str) -> bool:
    """Return whether a secret is short, repeats itself, or has few different characters."""
    squeezed = len(zlib.compress(secret.encode(), 9))
    return len(secret) < SECRET_LENGTH or len(set(secret)) < DIFFERENT or squeezed < SECRET_LENGTH


def _create(path: Path) -> int:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS_FILE)
    os.fchmod(descriptor, OWNERS_FILE)
    return descriptor


def tighten(folder: Path, *, database: Path | None = None) -> list[str]:
    """Restrict a folder, its files, e-mails and a SQLite database to their owner.

    Returns a sentence for each file that belongs to another user and so keeps its mode.
    """
    make_folder(folder)
    mail = folder / "mail"
    files = [*_files(folder), *_files(mail)]
    if database is not None:
        files += [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm", "-journal")]
    folders = [(one, OWNERS_FOLDER) for one in (folder, mail)]
    return list(_tightened([*folders, *((one, OWNERS_FILE) for one in files)]))


def _files(folder: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            if path.is_file() and not path.is_symlink():
                yield path


def _tightened(wanted: Iterable[tuple[Path, int]]) -> Iterator[str]:
    for path, mode in wanted:
        # SQLite may delete its files at any time.
        with suppress(FileNotFoundError):
            state = path.stat()
            if not state.st_mode & 0o077:
                continue
            # A folder with the sticky bit, such as /tmp, is shared on purpose.
            if state.st_uid != os.geteuid() or state.st_mode & stat.S_ISVTX:
                yield f"{path} can be read by other users of this machine, and is not this user's to close"
                continue
            path.chmod(mode)
