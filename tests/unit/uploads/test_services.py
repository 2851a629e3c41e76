"""Files are received, made into pictures once, taken once, and deleted if nobody takes them."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock, jobs
from kashcraft.core.db import db, in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import UploadId, new_id
from kashcraft.uploads import services
from kashcraft.uploads.models import Upload, UploadState
from kashcraft.uploads.queries import get_upload
from tests.factories import pictures
from tests.support.races import at_once, codes

BOWL = "product:bowl"


class Folders(NamedTuple):
    """The folders of what is sent and of what is served."""

    uploads: Path
    media: Path


@pytest.fixture
def folders(database: Flask, tmp_path: Path) -> Folders:
    return Folders(tmp_path / "uploads", tmp_path / "media")


def send(folders: Folders, content: bytes, name: str = "bowl.jpg", called: str = "") -> UploadId:
    return services.receive(
        stream=io.BytesIO(content), name=name, folder=folders.uploads, purpose="product", subject=BOWL,
        user_id=None, called=called,
    )  # fmt: skip


def work(folders: Folders, upload_id: UploadId) -> Upload:
    services.process(upload_id=upload_id, folder=folders.uploads, media=folders.media)
    return get_upload(upload_id)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_picture_is_received_made_and_taken_once(folders: Folders, frozen: clock.FrozenClock) -> None:
    upload_id = send(folders, pictures.picture("PNG"), name="IMG 7.jpg", called="walnut-bowl")
    waiting = get_upload(upload_id)
    assert (waiting.name, waiting.kind.value, waiting.size, waiting.state) == (
        "IMG 7.jpg", "png", len(pictures.picture("PNG")), UploadState.WAITING,
    )  # fmt: skip
    assert names(folders.uploads) == [upload_id.hex]
    queued = db.session.execute(sa.select(jobs.Outbox.name, jobs.Outbox.lane, jobs.Outbox.payload)).all()
    assert queued == [("uploads.process", "pictures", {"upload_id": str(upload_id)})]

    ready = work(folders, upload_id)

    stem = f"walnut-bowl-{upload_id.hex[-12:]}"
    assert (ready.state, ready.progress, ready.width, ready.height) == (UploadState.READY, 100, 400, 300)
    assert (ready.stem, ready.picture) == (stem, f"{stem} 400x300 320 400")
    assert names(folders.uploads) == []
    assert names(folders.media) == [
        *(f"{stem}-{width}.{kind}" for width in (320, 400) for kind in ("avif", "webp")),
        f"{stem}-mail.jpg",
    ]

    taken = in_step(lambda: services.attach(upload_id=upload_id, subject=BOWL))
    assert (taken.stem, taken.widths) == (stem, (320, 400))
    for subject, refused in ((BOWL, DomainError), ("product:vase", NotFound)):
        with pytest.raises(refused):
            in_step(lambda: services.attach(upload_id=upload_id, subject=subject))  # noqa: B023


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "upload_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "upload_kind"),
        (b"%PDF-1.7", "upload_kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(12 * 1024 * 1024), "upload_too_large"),
    ],
)
def test_what_is_no_picture_is_refused_at_once(folders: Folders, content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        send(folders, content, name="bowl.png")

    assert (refused.value.code, names(folders.uploads)) == (code, [])
    assert db.session.scalars(sa.select(Upload)).all() == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pictures.huge_png(), "picture_too_large"),
        (pictures.picture("PNG")[:200], "picture_unreadable"),
        (pictures.picture("JPEG")[:400], "picture_unreadable"),
        (b"GIF89a<html>", "picture_unreadable"),
    ],
)
def test_what_cannot_be_used_is_refused_by_the_job(folders: Folders, content: bytes, code: str) -> None:
    refused = work(folders, send(folders, content))

    assert (refused.state, refused.problem, refused.progress) == (UploadState.REFUSED, code, 0)
    assert (names(folders.uploads), names(folders.media)) == ([], [])
    with pytest.raises(DomainError, match="upload_not_ready"):
        in_step(lambda: services.attach(upload_id=refused.id, subject=BOWL))


def test_a_wrong_ending_does_not_matter(folders: Folders) -> None:
    ready = work(folders, send(folders, pictures.picture("WEBP"), name="bowl.exe"))
    assert (ready.kind.value, ready.state) == ("webp", UploadState.READY)


def test_a_killed_job_runs_again_and_a_lost_file_is_said(folders: Folders) -> None:
    first, second = send(folders, pictures.picture()), send(folders, pictures.picture())
    for upload_id in (first, second):
        in_step(lambda: db.session.execute(sa.update(Upload).values(state=UploadState.WORKING, progress=50)))
        assert get_upload(upload_id).in_progress
    (folders.uploads / second.hex).unlink()

    assert work(folders, first).state is UploadState.READY
    lost = work(folders, second)
    assert (lost.state, lost.problem) == (UploadState.REFUSED, "picture_missing")


def test_a_second_run_after_the_end_changes_nothing(folders: Folders) -> None:
    upload_id = send(folders, pictures.picture())
    before = work(folders, upload_id).picture
    assert work(folders, upload_id).picture == before
    in_step(lambda: services.refuse(upload_id=upload_id, code="picture_unreadable"))
    assert get_upload(upload_id).state is UploadState.READY


def test_two_runs_at_once_make_one_picture(folders: Folders, database: Flask) -> None:
    upload_id = send(folders, pictures.picture(size=(1200, 900)))

    at_once(database, [lambda: work(folders, upload_id).state] * 2)

    ready = get_upload(upload_id)
    assert (ready.state, ready.picture) == (UploadState.READY, f"{ready.stem} 1200x900 320 640 960 1200")
    assert len(names(folders.media)) == 9
    taken = at_once(
        database, [lambda: in_step(lambda: services.attach(upload_id=upload_id, subject=BOWL))] * 2
    )
    assert codes(taken) == {"ok": 1, "upload_not_ready": 1}


def test_unused_files_are_purged_after_a_day_and_given_up_ones_at_once(
    folders: Folders, frozen: clock.FrozenClock
) -> None:
    attached, unused, refused, given_up = (
        send(folders, content) for content in (*[pictures.picture()] * 2, b"GIF89a", pictures.picture())
    )
    for upload_id in (attached, unused, refused, given_up):
        work(folders, upload_id)
    in_step(lambda: services.attach(upload_id=attached, subject=BOWL))
    in_step(lambda: services.discard(upload_id=given_up, subject=BOWL))
    assert services.purge(folder=folders.uploads, media=folders.media) == 1
    frozen.advance(hours=24, seconds=1)
    late = send(folders, pictures.picture())

    assert services.purge(folder=folders.uploads, media=folders.media) == 2
    assert services.purge(folder=folders.uploads, media=folders.media) == 0

    rows = {row.id for row in db.session.scalars(sa.select(Upload))}
    assert (rows, names(folders.uploads)) == ({attached, late}, [late.hex])
    stem = get_upload(attached).stem
    assert [name for name in names(folders.media) if not name.startswith(stem)] == []
    assert len(names(folders.media)) == 5


def test_what_killed_requests_and_jobs_left_is_purged(folders: Folders) -> None:
    for folder, name in ((folders.uploads, new_id().hex), (folders.uploads, ".a"), (folders.media, ".b")):
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (time.time() - timedelta(hours=25).total_seconds(),) * 2)
    (folders.media / ".new").write_bytes(b"half")

    services.purge(folder=folders.uploads, media=folders.media)

    assert (names(folders.uploads), names(folders.media)) == ([], [".new"])


def test_a_taken_upload_and_that_of_another_object_cannot_be_given_up(folders: Folders) -> None:
    upload_id = send(folders, pictures.picture())
    with pytest.raises(NotFound):
        in_step(lambda: services.discard(upload_id=upload_id, subject="product:vase"))
    work(folders, upload_id)
    in_step(lambda: services.attach(upload_id=upload_id, subject=BOWL))
    with pytest.raises(NotFound):
        in_step(lambda: services.discard(upload_id=upload_id, subject=BOWL))


def test_several_files_are_received_and_the_refused_ones_named(folders: Folders) -> None:
    some = [("a.png", pictures.picture()), ("x/b.txt", b"text"), ("c.png", b"")]
    received, refused = services.receive_all(
        files=[(name, io.BytesIO(content)) for name, content in some], folder=folders.uploads,
        purpose="product", subject=BOWL, user_id=None,
    )  # fmt: skip
    assert [get_upload(one).name for one in received] == ["a.png"]
    assert refused == [("b.txt", "upload_kind"), ("c.png", "upload_empty")]
