"""Uploads: what was sent, for what, and what became of it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from kashcraft.core.db import CreatedAt, Mapped, Model, enum_column, mapped_column, primary_key
from kashcraft.core.ids import UploadId, UserId
from kashcraft.uploads.rules.files import PictureKind as PictureKind
from kashcraft.uploads.rules.files import UploadState as UploadState
from kashcraft.uploads.rules.pictures import StoredPicture, unpack_picture


class Upload(Model):
    """A file that was sent. ``purpose`` names the feature, ``subject`` the object that it is for.

    ``name`` is what the sender called it, ``kind`` is read from its contents, ``size`` is in bytes, ``width``
    and ``height`` are its pixels once they are known. The sent file lies in the private folder under the id,
    until it is ready or refused; ``problem`` is the code of the refusal. The files of the picture have the
    name ``stem``, which no other upload has, so they may be deleted with it; ``picture`` is their line.
    ``attached_at`` is when a feature has taken the picture. ``progress`` is a percentage.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        sa.CheckConstraint("size > 0", name="size"),
        sa.CheckConstraint("width > 0 AND height > 0", name="pixels"),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        sa.CheckConstraint("(state = 'refused') = (problem IS NOT NULL)", name="problem"),
        sa.CheckConstraint("(state = 'ready') = (picture IS NOT NULL)", name="picture"),
        sa.CheckConstraint("attached_at IS NULL OR state = 'ready'", name="attached_at"),
        sa.Index("ix_uploads_subject_created_at", "subject", "created_at"),
        sa.Index("ix_uploads_attached_at_created_at", "attached_at", "created_at"),
    )

    id: Mapped[UploadId] = primary_key()
    purpose: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(80))
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[PictureKind] = enum_column(PictureKind, "kind")
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    state: Mapped[UploadState] = enum_column(UploadState, "state", default=UploadState.WAITING)
    problem: Mapped[str | None] = mapped_column(sa.String(40))
    progress: Mapped[int] = mapped_column(default=0)
    stem: Mapped[str] = mapped_column(sa.String(120), unique=True)
    picture: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[CreatedAt]
    attached_at: Mapped[datetime | None]

    @property
    def in_progress(self) -> bool:
        """Return whether its state will still change."""
        return self.state in (UploadState.WAITING, UploadState.WORKING)

    @property
    def stored(self) -> StoredPicture | None:
        """Return the picture of an upload that is ready, else None."""
        return unpack_picture(self.picture) if self.picture else None
