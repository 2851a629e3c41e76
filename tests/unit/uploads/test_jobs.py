"""The jobs use the folders of the shop."""

from __future__ import annotations

import io

from flask import Flask

from kashcraft.core import jobs
from kashcraft.core.db import in_step
from kashcraft.core.ids import UploadId
from kashcraft.core.settings import settings
from kashcraft.uploads import services
from kashcraft.uploads.jobs import process_upload, purge_unused, refuse_failed
from kashcraft.uploads.models import UploadState
from kashcraft.uploads.queries import get_upload
from tests.factories import pictures


def send() -> UploadId:
    return services.receive(
        stream=io.BytesIO(pictures.picture()), name="bowl.png", folder=settings().uploads_path,
        purpose="product", subject="product:bowl", user_id=None,
    )  # fmt: skip


def test_the_picture_is_served_once_the_job_has_run_twice(database: Flask) -> None:
    upload_id = send()

    jobs.run_due()
    process_upload(upload_id=str(upload_id))

    ready = get_upload(upload_id)
    assert ready.state is UploadState.READY
    answer = database.test_client().get(f"/media/{ready.stem}-400.webp")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")


def test_a_job_that_fails_for_good_refuses_its_upload(database: Flask) -> None:
    upload_id = send()

    in_step(lambda: refuse_failed("MemoryError", str(upload_id)))

    assert (get_upload(upload_id).state, get_upload(upload_id).problem) == (
        UploadState.REFUSED,
        "picture_unreadable",
    )


def test_unused_uploads_are_purged(database: Flask) -> None:
    upload_id = send()
    in_step(lambda: services.discard(upload_id=upload_id, subject="product:bowl"))
    assert (settings().uploads_path / upload_id.hex).is_file()

    purge_unused()
    purge_unused()

    assert not (settings().uploads_path / upload_id.hex).exists()
