"""How pictures are named and in which widths they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slugify import slugify

# The widest is for looking closely; pages offer browsers the others.
PICTURE_WIDTHS = (320, 640, 960, 1280, 2400)
SCENE_WIDTHS = (640, 1024, 1600, 2000)
# Of a scene's square, which phones show across their whole width at one and a half to three pixels a point.
SQUARE_WIDTHS = (540, 750, 1125)
_SQUARE = "square"


@dataclass(frozen=True)
class StoredPicture:
    """A picture in the media folder: ``<stem>-<width>.avif`` and ``.webp`` for each of ``widths``.

    ``width`` and ``height`` are those of the largest file, in pixels. ``square`` are the widths of the square
    that is cut from it for narrow screens, ``<stem>-square-<width>``, where there is one.
    """

    stem: str
    width: int
    height: int
    widths: tuple[int, ...]
    square: tuple[int, ...] = ()


def widths_up_to(width: int, ladder: Sequence[int] = PICTURE_WIDTHS) -> tuple[int, ...]:
    """Return the widths to make of an original ``width`` pixels wide: never larger than it, at least one.

    The last is the original's own, so that nothing of it is lost to those who look closely, up to the widest
    of the ladder; a step less than a tenth below it would hardly differ and is left out.
    """
    last = min(width, ladder[-1])
    return (*(step for step in ladder if step * 11 <= last * 10), last)


def picture_stem(name: str, digest: str) -> str:
    """Return the file stem of a picture called ``name`` whose contents have the hex ``digest``."""
    return f"{slugify(name, max_length=80) or 'picture'}-{digest[:12]}"


def pack_picture(picture: StoredPicture) -> str:
    """Return a picture as the one line that a category keeps of it."""
    square = (_SQUARE, *picture.square) if picture.square else ()
    size = f"{picture.width}x{picture.height}"
    return " ".join(map(str, (picture.stem, size, *picture.widths, *square)))


def unpack_picture(line: str) -> StoredPicture:
    """Return the picture that ``pack_picture`` wrote. Raises ValueError for any other line."""
    stem, size, *steps = line.split()
    width, height = size.split("x")
    end = steps.index(_SQUARE) if _SQUARE in steps else len(steps)
    widths, square = tuple(map(int, steps[:end])), tuple(map(int, steps[end + 1 :]))
    return StoredPicture(stem, int(width), int(height), widths, square)
