"""What the page of a product's pictures shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kashcraft.core.ids import ImageId, UploadId
from kashcraft.product_cards.rules import Picture
from kashcraft.uploads.presenters import refusal_text
from kashcraft.uploads.rules.pictures import StoredPicture


class StoredFiles(Protocol):
    """A picture with its files and its text."""

    @property
    def stem(self) -> str:
        """Return the name of its files without width and ending."""

    @property
    def alt(self) -> str:
        """Return its text."""

    @property
    def width(self) -> int:
        """Return the width of the largest file in pixels."""

    @property
    def height(self) -> int:
        """Return the height of the largest file in pixels."""

    @property
    def widths(self) -> tuple[int, ...]:
        """Return the widths of its files."""


class SentPicture(Protocol):
    """An upload."""

    @property
    def id(self) -> UploadId:
        """Return its id."""

    @property
    def subject(self) -> str:
        """Return what it was sent for."""

    @property
    def name(self) -> str:
        """Return what its sender calls it."""

    @property
    def progress(self) -> int:
        """Return how much is done, in percent."""

    @property
    def problem(self) -> str | None:
        """Return the code of its refusal."""

    @property
    def in_progress(self) -> bool:
        """Return whether its state will change."""

    @property
    def stored(self) -> StoredPicture | None:
        """Return the picture once it is ready."""


@dataclass(frozen=True)
class SentTile:
    """A sent picture that is not on the page of the product yet: in progress, refused, or ready with its
    form.

    ``replaces`` is the text of the picture that it is to replace, if any.
    """

    id: UploadId
    name: str
    progress: int
    in_progress: bool
    problem: str
    picture: Picture | None
    replaces: str
    form: object


@dataclass(frozen=True)
class PictureTile:
    """A picture of the product with the form of its text and variants, and the one for a replacement.

    ``saved`` are label and saved value of what differs from an outdated form.
    """

    id: ImageId
    picture: Picture
    form: object
    replacing: object
    saved: Sequence[tuple[str, str]] = ()


def shown_picture(one: StoredFiles) -> Picture:
    """Return a picture for templates."""
    return Picture(one.stem, one.width, one.height, one.widths, one.alt)


def sent_tile(upload: SentPicture, form: object, *, replaces: str = "") -> SentTile:
    """Return a sent picture with the form of its text."""
    stored = upload.stored
    return SentTile(
        id=upload.id,
        name=upload.name,
        progress=upload.progress,
        in_progress=upload.in_progress,
        problem=refusal_text(upload.problem),
        picture=Picture(stored.stem, stored.width, stored.height, stored.widths) if stored else None,
        replaces=replaces,
        form=form,
    )
