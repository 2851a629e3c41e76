"""Receiving files, making pictures of them, and deleting what nobody uses."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import IO

import sqlalchemy as sa
import structlog

from kashcraft.core import clock, jobs
from kashcraft.core.db import db, end_reading, in_step, rows_changed
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import UploadId, UserId, new_id
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.uploads.gateways import originals, pictures
from kashcraft.uploads.models import Upload
from kashcraft.uploads.queries import get_upload
from kashcraft.uploads.rules.files import UNUSED, UploadState, clean_name, sniff
from kashcraft.uploads.rules.pictures import StoredPicture, pack_picture, picture_stem, unpack_picture

log = structlog.get_logger()
OPEN = (UploadState.WAITING, UploadState.WORKING)
PURGED_AT_ONCE = 200
# The subject of an upload that was given up; no feature asks for it.
NOBODY = ""


@jobs.reference("uploads.process")
def processing(*, upload_id: UploadId) -> None:
    """Make a picture of an upload; implemented in ``uploads.jobs``."""


def receive(
    *,
    stream: IO[bytes],
    name: str,
    folder: Path,
    purpose: str,
    subject: str,
    user_id: UserId | None,
    called: str = "",
) -> UploadId:
    """Store a sent file privately in ``folder``, enqueue the job that checks it, and return the upload's id.

    The kind comes from the contents, never from ``name``. ``called`` begins the names of the picture's
    files, else the name does. Runs outside of a step, in one of its own after the file was written. Raises
    DomainError: upload_empty, upload_too_large, upload_kind; then nothing is stored.
    """
    upload_id = UploadId(new_id())
    head, size = originals.store_original(stream, folder, upload_id)
    kind, shown = sniff(head), clean_name(name)
    if kind is None:
        originals.remove_original(folder, upload_id)
        raise DomainError("upload_kind")
    # The last digits of the id are random, so the names of the files are this upload's alone.
    stem = picture_stem(called or shown.rpartition(".")[0], upload_id.hex[-12:])
    values = {
        "id": upload_id, "purpose": purpose, "subject": subject, "user_id": user_id, "name": shown,
        "kind": kind, "size": size, "stem": stem, "created_at": clock.now(),
    }  # fmt: skip
    try:
        in_step(lambda: _record(Upload(**values)))
    except BaseException:
        originals.remove_original(folder, upload_id)
        raise
    return upload_id


def receive_all(
    *,
    files: Iterable[tuple[str, IO[bytes]]],
    folder: Path,
    purpose: str,
    subject: str,
    user_id: UserId | None,
    called: str = "",
) -> tuple[list[UploadId], list[tuple[str, str]]]:
    """Receive several files (name, stream) as ``receive`` does; refused ones do not stop the others.

    Returns the ids of the uploads, and the cleaned name and code of each refused file.
    """
    received, refused = [], []
    for name, stream in files:
        try:
            received.append(
                receive(
                    stream=stream,
                    name=name,
                    folder=folder,
                    purpose=purpose,
                    subject=subject,
                    user_id=user_id,
                    called=called,
                )
            )
        except DomainError as refusal:
            refused.append((clean_name(name), refusal.code))
    return received, refused


def _record(upload: Upload) -> None:
    db.session.add(upload)
    processing.enqueue(upload_id=upload.id)


def process(*, upload_id: UploadId, folder: Path, media: Path) -> None:
    """Make the picture of an upload, or refuse it; both delete the sent file.

    No transaction is open while it works. It may run again after it was killed, and beside itself: the files
    have fixed names, and only the first run that ends changes the state.
    """
    stem = in_step(lambda: _begin(upload_id))
    if stem is None:
        return
    source = originals.original(folder, upload_id)
    try:
        if not source.is_file():
            raise DomainError("picture_missing")
        width, height = pictures.size_of_picture(source)
        in_step(lambda: _change(upload_id, width=width, height=height))
        stored = pictures.encode_picture(
            source, media, stem, progress=lambda percent: _report(upload_id, percent)
        )
    except DomainError as refusal:
        code = refusal.code
        in_step(lambda: refuse(upload_id=upload_id, code=code))
        log.info("upload refused", upload_id=str(upload_id), reason=code)
    else:
        in_step(lambda: _finish(upload_id, stored))
    originals.remove_original(folder, upload_id)


def refuse(*, upload_id: UploadId, code: str) -> None:
    """Record why no picture can be made of an upload. Inside the caller's step."""
    _change(upload_id, state=UploadState.REFUSED, problem=code)


def attach(*, upload_id: UploadId, subject: str) -> StoredPicture:
    """Take the picture of an upload for the object that it was sent for, once, and return it.

    Inside the caller's step. Raises NotFound for an upload of another object, and
    DomainError('upload_not_ready') for one that is in progress, refused, or taken before.
    """
    own = sa.update(Upload).where(Upload.id == upload_id, Upload.subject == subject)
    ready = own.where(Upload.state == UploadState.READY, Upload.attached_at.is_(None))
    taken = ready.values(attached_at=clock.now()).returning(Upload.picture)
    line = db.session.scalar(taken.execution_options(synchronize_session=False))
    if line is None:
        if get_upload(upload_id).subject != subject:
            raise NotFound
        raise DomainError("upload_not_ready")
    return unpack_picture(line)


def discard(*, upload_id: UploadId, subject: str) -> None:
    """Give up an upload: it is listed no more, and the next purge deletes it. Inside the caller's step.

    Raises NotFound for an upload of another object, or that was taken.
    """
    own = sa.update(Upload).where(Upload.id == upload_id, Upload.subject == subject)
    free = own.where(Upload.attached_at.is_(None)).values(subject=NOBODY)
    if not rows_changed(db.session.execute(_directly(free))):
        raise NotFound


def purge(*, folder: Path, media: Path) -> int:
    """Delete uploads that were given up or not taken within a day, with their files; return their number.

    Each is given up first, so that it cannot be taken any more, and its row is deleted last, so that a killed
    run is completed by the next. Files that killed requests and jobs have left are deleted as well.
    """
    purged = 0
    while found := _list_unused():
        end_reading()
        for upload_id, stem in found:
            if in_step(partial(_give_up, upload_id)):
                originals.remove_original(folder, upload_id)
                pictures.remove_files(media, stem)
                in_step(partial(_delete, upload_id))
                purged += 1
    left = originals.list_left_over
    for path in (*left(folder, UNUSED), *left(media, UNUSED, drafts_only=True)):
        path.unlink(missing_ok=True)
    return purged


def _begin(upload_id: UploadId) -> str | None:
    """Mark an upload as worked on and return the stem of its files; None where it has ended already."""
    open_one = sa.update(Upload).where(Upload.id == upload_id, Upload.state.in_(OPEN))
    began = open_one.values(state=UploadState.WORKING, progress=0).returning(Upload.stem)
    return db.session.scalar(began.execution_options(synchronize_session=False))


def _report(upload_id: UploadId, percent: int) -> None:
    # The last percent is the step that makes it ready.
    in_step(lambda: _change(upload_id, progress=min(percent, 99)))


def _finish(upload_id: UploadId, stored: StoredPicture) -> None:
    _change(upload_id, state=UploadState.READY, progress=100, picture=pack_picture(stored))


def _change(upload_id: UploadId, **values: object) -> None:
    """Change an upload that has not ended."""
    open_one = sa.update(Upload).where(Upload.id == upload_id, Upload.state.in_(OPEN))
    db.session.execute(_directly(open_one.values(values)))


def _list_unused() -> list[tuple[UploadId, str]]:
    old = sa.or_(Upload.created_at < clock.now() - UNUSED, Upload.subject == NOBODY)
    unused = sa.select(Upload.id, Upload.stem).where(Upload.attached_at.is_(None), old)
    rows = db.session.execute(unused.order_by(Upload.id).limit(PURGED_AT_ONCE))
    return [(row.id, row.stem) for row in rows]


def _give_up(upload_id: UploadId) -> bool:
    free = sa.update(Upload).where(Upload.id == upload_id, Upload.attached_at.is_(None))
    return bool(rows_changed(db.session.execute(_directly(free.values(subject=NOBODY)))))


def _delete(upload_id: UploadId) -> None:
    row = sa.delete(Upload).where(Upload.id == upload_id)
    db.session.execute(row.execution_options(synchronize_session=False))


def _directly(change: sa.Update) -> sa.Update:
    return change.execution_options(synchronize_session=False)


def export_personal_data(*, person: Individual) -> Export:
    """Return what a person has uploaded. One statement, none for a guest."""
    if person.user_id is None:
        return {}
    files = sa.select(Upload.name, Upload.purpose, Upload.state, Upload.created_at)
    return {"uploads": read_rows(files.where(Upload.user_id == person.user_id).order_by(Upload.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Remove the account and the names of the files from a person's uploads."""
    if person.user_id is not None:
        run_erasures(sa.update(Upload).where(Upload.user_id == person.user_id).values(user_id=None, name=""))
