"""The jobs that make pictures of uploads and delete unused ones."""

from __future__ import annotations

from uuid import UUID

import structlog

from kashcraft.core.ids import UploadId
from kashcraft.core.jobs import Lane, task
from kashcraft.core.settings import settings
from kashcraft.uploads import services
from kashcraft.uploads.services import processing

log = structlog.get_logger()


def refuse_failed(reason: str, upload_id: str) -> None:
    """Refuse an upload whose job has failed for another reason than the file; the reason is in the log."""
    services.refuse(upload_id=UploadId(UUID(upload_id)), code="picture_unreadable")
    log.warning("upload failed", upload_id=upload_id, reason=reason)


@task(processing, lane=Lane.PICTURES, tries=4, on_permanent_failure=refuse_failed)
def process_upload(upload_id: str) -> None:
    """Make the picture of an upload, or refuse it."""
    chosen = UploadId(UUID(upload_id))
    services.process(upload_id=chosen, folder=settings().uploads_path, media=settings().media_path)


@task("uploads.purge", lane=Lane.PICTURES)
def purge_unused() -> None:
    """Delete uploads that nobody has taken within a day, and the files of interrupted work."""
    services.purge(folder=settings().uploads_path, media=settings().media_path)
