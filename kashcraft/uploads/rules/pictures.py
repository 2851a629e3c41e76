"""Names and widths of stored pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slugify import slugify

# The widest is for the enlarged view; pages offer browsers the others.
PICTURE_WIDTHS = (320, 640, 960, 1280, 2400)
SCENE_WIDTHS = (640, 1024, 1600, 2000)
# Phones show the square of a scene at full width, at one and a half to three pixels a point.
SQUARE_WIDTHS = (540, 750, 1125)
_SQUARE = "square"


@dataclass(frozen=True)
class StoredPicture:
    """A picture in the media folder: ``<stem>-<width>.avif`` and ``.webp`` for each of ``widths``.

    ``width`` and ``height`` are those of the largest file, in pixels. ``square`` are the widths of the square
    crop for narrow screens, ``<stem>-square-<width>``, if there is one.
    """

    stem: str
    width: int
    height: int
    widths: tuple[int, ...]
    square: tuple[int, ...] = ()


def widths_up_to(width: int, ladder: Sequence[int] = PICTURE_WIDTHS) -> tuple[int, ...]:
    """Return the widths to make of an original ``width`` pixels wide: at least one, none larger than it.

    The last is the original's own width, up to the widest of the ladder. A width less than a tenth below the
    last is left out, as it would hardly differ.
    """
    last = min(width, ladder[-1])
    return (*(step for step in ladder if step * 11 <= last * 10), last)


def picture_stem(name: str, digest: str) -> str:
    """Return the file stem of a picture called ``name`` whose contents have the hex ``digest``."""
    return f"{slugify(name, max_length=80) or 'picture'}-{digest[:12]}"


def pack_picture(picture: StoredPicture) -> str:
    """Return a picture as one line, as a category and an upload store it."""
    square = (_SQUARE, *picture.square) if picture.square else ()
    size = f"{picture.width}x{picture.height}"
    return " ".join(map(str, (picture.stem, size, *picture.widths, *square)))


def unpack_picture(line: str) -> StoredPicture:
    """Return the picture of a line of ``pack_picture``. Raises ValueError for other lines."""
    stem, size, *steps = line.split()
    width, height = size.split("x")
    end = steps.index(_SQUARE) if _SQUARE in steps else len(steps)
    widths, square = tuple(map(int, steps[:end])), tuple(map(int, steps[end + 1 :]))
    return StoredPicture(stem, int(width), int(height), widths, square)
