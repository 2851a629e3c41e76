"""Files that people send, some of them on purpose."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image

RED = (180, 60, 40)


def picture(
    kind: str = "PNG", size: tuple[int, int] = (400, 300), mode: str = "RGB", **options: Any
) -> bytes:
    """Return the file of a picture of one color."""
    color: Mapping[str, Any] = {"RGB": RED, "CMYK": (0, 200, 200, 0), "I;16": 40_000}
    file = io.BytesIO()
    Image.new(mode, size, color[mode]).save(file, kind, **options)
    return file.getvalue()


def with_place() -> bytes:
    """Return a photo with the place where it was taken, the camera, and a rotation."""
    image = Image.new("RGB", (400, 300), RED)
    exif = image.getexif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of Noor"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 5.0, 1.0), 3: "E", 4: (74.0, 47.0, 2.0)})
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=b"Shot at home")
    return file.getvalue()


def huge_png(side: int = 10_000) -> bytes:
    """Return a small PNG file whose picture has ``side`` x ``side`` pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1 + side * 3) * 20)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def polyglot() -> bytes:
    """Return a JPEG file that is a page with a script and a zip archive as well."""
    page = b"<html><script>alert(1)</script></html>"
    return picture("JPEG", comment=page) + page + b"PK\x05\x06" + bytes(18)
