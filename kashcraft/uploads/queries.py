"""Reads of uploads."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import UploadId
from kashcraft.uploads.models import Upload


def get_upload(upload_id: UploadId) -> Upload:
    """Return an upload. Raises NotFound."""
    found = db.session.get(Upload, upload_id)
    if found is None:
        raise NotFound
    return found


def list_open_uploads(subjects: Collection[str]) -> Sequence[Upload]:
    """Return the uploads for ``subjects`` that no feature has taken yet, the oldest first. One statement."""
    wanted = sa.select(Upload).where(Upload.subject.in_(subjects), Upload.attached_at.is_(None))
    return db.session.scalars(wanted.order_by(Upload.created_at, Upload.id)).all()
