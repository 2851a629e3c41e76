"""Files as they were sent, in a private folder: they are only read by the job that checks them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO

from kashcraft.core import private_files
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UploadId
from kashcraft.uploads.rules.files import HEAD_BYTES, PICTURE_BYTES

_BLOCK = 256 * 1024


def original(folder: Path, upload_id: UploadId) -> Path:
    """Return the file of an upload in ``folder``. Its name says nothing about the sent one."""
    return folder / upload_id.hex


def store_original(stream: IO[bytes], folder: Path, upload_id: UploadId) -> tuple[bytes, int]:
    """Write what was sent to its private file; return its first bytes and its size in bytes.

    It is copied in blocks, so it is never in memory as a whole. Raises DomainError: upload_empty,
    upload_too_large (more than 12 MiB); then no file remains.
    """
    private_files.make_folder(folder)
    head, size = b"", 0
    descriptor, draft = tempfile.mkstemp(dir=folder, prefix=".")
    path = Path(draft)
    try:
        with os.fdopen(descriptor, "wb") as file:
            while block := stream.read(_BLOCK):
                head = head or block[:HEAD_BYTES]
                size += len(block)
                if size > PICTURE_BYTES:
                    raise DomainError("upload_too_large")
                file.write(block)
        if not size:
            raise DomainError("upload_empty")
        path.replace(original(folder, upload_id))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return head, size


def remove_original(folder: Path, upload_id: UploadId) -> None:
    """Delete the file of an upload; a missing one is ignored."""
    original(folder, upload_id).unlink(missing_ok=True)


def list_left_over(folder: Path, age: timedelta, *, drafts_only: bool = False) -> Iterator[Path]:
    """Yield the files in ``folder`` that were last written longer than ``age`` ago.

    With ``drafts_only`` these are files that were not written completely. File times come from the system,
    so its clock decides.
    """
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            if drafts_only and not path.name.startswith("."):
                continue
            with suppress(FileNotFoundError):
                if path.is_file() and time.time() - path.stat().st_mtime > age.total_seconds():
                    yield path
