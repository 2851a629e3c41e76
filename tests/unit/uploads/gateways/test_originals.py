"""What was sent lies in private files."""

from __future__ import annotations

import io
import os
import stat
import time
from datetime import timedelta
from pathlib import Path

import pytest

from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UploadId, new_id
from kashcraft.uploads.gateways import originals
from kashcraft.uploads.rules.files import PICTURE_BYTES


def test_a_file_is_stored_for_its_owner_alone_and_removed(tmp_path: Path) -> None:
    folder, upload_id = tmp_path / "uploads", UploadId(new_id())
    content = b"GIF89a" + bytes(600_000)

    stored = originals.store_original(io.BytesIO(content), folder, upload_id)

    path = originals.original(folder, upload_id)
    assert stored == (content[:32], 600_006)
    assert [one.name for one in folder.iterdir()] == [upload_id.hex]
    assert path.read_bytes() == content
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)

    originals.remove_original(folder, upload_id)
    originals.remove_original(folder, upload_id)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "upload_empty"), (bytes(PICTURE_BYTES + 1), "upload_too_large")]
)
def test_a_refused_file_leaves_nothing(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        originals.store_original(io.BytesIO(content), tmp_path, UploadId(new_id()))

    assert (refused.value.code, list(tmp_path.iterdir())) == (code, [])


def test_a_file_of_exactly_the_limit_is_stored(tmp_path: Path) -> None:
    content = io.BytesIO(bytes(PICTURE_BYTES))
    assert originals.store_original(content, tmp_path, UploadId(new_id())) == (bytes(32), 12_582_912)


def test_old_files_are_listed_and_with_drafts_only_the_unfinished(tmp_path: Path) -> None:
    for name in ("old", ".old", "new"):
        (tmp_path / name).write_bytes(b"")
    for name in ("old", ".old"):
        os.utime(tmp_path / name, (time.time() - 7200,) * 2)

    found = sorted(path.name for path in originals.list_left_over(tmp_path, timedelta(hours=1)))
    drafts = originals.list_left_over(tmp_path, timedelta(hours=1), drafts_only=True)

    assert (found, [path.name for path in drafts]) == ([".old", "old"], [".old"])
    assert list(originals.list_left_over(tmp_path / "missing", timedelta())) == []
