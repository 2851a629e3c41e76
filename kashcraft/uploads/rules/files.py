"""Kinds of files by their contents, their names and limits, and the states of an upload."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum

# Maximum bytes of a picture, and how many first bytes tell its kind.
PICTURE_BYTES = 12 * 1024 * 1024
HEAD_BYTES = 32
# What was sent and is used nowhere, and files of interrupted work, are deleted after this time.
UNUSED = timedelta(hours=24)
LONGEST_NAME = 120


class PictureKind(StrEnum):
    """A kind of picture that is accepted, under its name in Pillow."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"
    TIFF = "tiff"


class UploadState(StrEnum):
    """An upload waits, is worked on, and then is ready or refused."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    REFUSED = "refused"


_BEGINNINGS: tuple[tuple[re.Pattern[bytes], PictureKind], ...] = (
    (re.compile(rb"\xff\xd8\xff"), PictureKind.JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PictureKind.PNG),
    (re.compile(rb"RIFF.{4}WEBPVP8", re.DOTALL), PictureKind.WEBP),
    (re.compile(rb".{4}ftypavi[fs]", re.DOTALL), PictureKind.AVIF),
    (re.compile(rb"GIF8[79]a"), PictureKind.GIF),
    (re.compile(rb"II\*\x00|MM\x00\*"), PictureKind.TIFF),
)


def sniff(head: bytes) -> PictureKind | None:
    """Return the kind of a picture by its first bytes, whatever its name; None for any other file."""
    return next((kind for beginning, kind in _BEGINNINGS if beginning.match(head)), None)


def clean_name(name: str) -> str:
    """Return the name of a sent file for people: without folders and control characters, at most 120
    characters.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    return " ".join(shown.split())[-LONGEST_NAME:].strip()
