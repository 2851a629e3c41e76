"""Pictures on disk: several widths each, as AVIF and WebP, under a name with a digest of the contents."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import struct
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kashcraft.core.errors import DomainError
from kashcraft.uploads.rules.files import PictureKind
from kashcraft.uploads.rules.pictures import PICTURE_WIDTHS, StoredPicture, picture_stem, widths_up_to

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("avif", "webp")
ACCEPTED = tuple(kind.value.upper() for kind in PictureKind)
# Decoding takes four bytes a pixel: 50 million pixels need 200 MB during the conversion.
MAX_PIXELS = 50_000_000
MAX_BYTES = 40_000_000
# WebP has no larger files.
MAX_SIDE = 16383
# Many mail programs show no format newer than JPEG: one small file, twice as wide as it is shown.
MAIL_PIXELS = 176
MAIL_GROUND = (251, 246, 234)
# What decoders raise for damaged files.
DAMAGED = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, EOFError, NotImplementedError,
    struct.error,
)  # fmt: skip
# Converting a large picture takes half a gigabyte of memory, so one at a time in a process.
_converting = threading.Lock()


def store_picture(
    source: Path, media: Path, name: str, *, ladder: Sequence[int] = PICTURE_WIDTHS
) -> StoredPicture:
    """Convert the picture at ``source`` into ``media`` and return it; repeating this changes nothing.

    ``ladder`` are the widths to make, up to the original's. Raises DomainError: picture_missing,
    picture_too_large (more than 40 MB or 50 million pixels), picture_unreadable (damaged, or none of the
    accepted formats).
    """
    if not source.is_file():
        raise DomainError("picture_missing", name=source.name)
    if source.stat().st_size > MAX_BYTES:
        raise DomainError("picture_too_large", name=source.name)
    stem = picture_stem(name, hashlib.sha256(source.read_bytes()).hexdigest())
    return encode_picture(source, media, stem, ladder=ladder)


def encode_picture(
    source: Path,
    media: Path,
    stem: str,
    *,
    ladder: Sequence[int] = PICTURE_WIDTHS,
    progress: Callable[[int], None] = lambda percent: None,
) -> StoredPicture:
    """Convert the picture at ``source`` into the files of ``stem`` in ``media`` and return it.

    The files are written under other names first, and those that exist are not written again, so a run after
    a killed one completes it. Nothing of the source is copied but its pixels: an animation becomes its first
    image, a color profile is applied. ``progress`` is called with the percentage that is done. Raises
    DomainError: picture_too_large (by its header, before it is decoded), picture_unreadable.
    """
    with _converting, _open(source) as opened:
        image = _upright(opened, source.name)
        widths = widths_up_to(image.width, ladder)
        height = max(1, round(image.height * widths[-1] / image.width))
        if height > MAX_SIDE:
            raise DomainError("picture_too_large", name=source.name)
        _save_for_mail(image, media, stem)
        for done, width in enumerate(widths, start=1):
            _save_width(image, media, stem, width)
            progress(100 * done // len(widths))
    return StoredPicture(stem, widths[-1], height, widths)


def size_of_picture(source: Path) -> tuple[int, int]:
    """Return width and height in pixels as the file at ``source`` states them, without decoding it.

    Raises DomainError: picture_too_large, picture_unreadable.
    """
    with _open(source) as opened:
        return opened.size


def remove_files(media: Path, stem: str) -> None:
    """Delete all files of the picture ``stem``, also those of an interrupted conversion."""
    own = re.compile(rf"{re.escape(stem)}-(\d+\.(avif|webp)|mail\.jpg)")
    for path in media.glob(f"{stem}-*"):
        if own.fullmatch(path.name):
            path.unlink(missing_ok=True)


def mail_file(stem: str) -> str:
    """Return the name of a picture's file for e-mails."""
    return f"{stem}-mail.jpg"


def store_mail_picture(source: Path, media: Path, stem: str) -> None:
    """Make the file for e-mails of a prepared picture from the file at ``source``."""
    if not (media / mail_file(stem)).exists():
        with _open(source) as opened:
            _save_for_mail(_upright(opened, source.name), media, stem)


def copy_prepared_picture(
    folder: Path,
    name: str,
    media: Path,
    *,
    width: int,
    height: int,
    widths: Sequence[int],
    square: Sequence[int] = (),
) -> StoredPicture:
    """Copy a prepared picture from ``folder`` and return it.

    Its files are ``<name>-<width>.avif`` and ``.webp``, those of its square ``<name>-square-<width>``.
    ``width`` and ``height`` are those of its largest file. Raises DomainError('picture_missing').
    """
    steps = [*map(str, widths), *(f"square-{step}" for step in square)]
    files = {(step, kind): folder / f"{name}-{step}.{kind}" for step in steps for kind in FORMATS}
    absent = [path.name for path in files.values() if not path.is_file()]
    if absent:
        raise DomainError("picture_missing", name=absent[0])
    stem = picture_stem(name, hashlib.sha256(files[str(widths[-1]), "webp"].read_bytes()).hexdigest())
    media.mkdir(parents=True, exist_ok=True)
    for (step, kind), path in files.items():
        target = media / f"{stem}-{step}.{kind}"
        if not target.exists():
            shutil.copyfile(path, target)
    return StoredPicture(stem, width, height, tuple(widths), tuple(square))


def _open(source: Path) -> Image.Image:
    # Pillow is imported here so that web processes, which never convert pictures, do not load it.
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(source, formats=ACCEPTED)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DomainError("picture_too_large", name=source.name) from error
    except (UnidentifiedImageError, *DAMAGED) as error:
        raise DomainError("picture_unreadable", name=source.name) from error
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise DomainError("picture_too_large", name=source.name)
    return image


def _upright(opened: Image.Image, name: str) -> Image.Image:
    """Return the pixels, rotated as recorded by the camera, in sRGB with eight bits, or with transparency.

    Nothing else of the file is returned, such as its place and its comments.
    """
    from PIL import ImageOps

    # A JPEG file that is far larger than the widest output is decoded at half its size or less.
    opened.draft(None, (PICTURE_WIDTHS[-1], PICTURE_WIDTHS[-1]))
    try:
        image = _in_srgb(_eight_bits(ImageOps.exif_transpose(opened)))
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except DAMAGED as error:
        raise DomainError("picture_unreadable", name=name) from error
    image.info = {}
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of grays with more than eight bits in eight; Pillow would cut them off."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda gray: gray / 257).convert("L")


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture with a color profile in sRGB; a damaged profile is ignored."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    try:
        return ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        ) or image  # fmt: skip
    except (ImageCms.PyCMSError, *DAMAGED):
        return image


def _save_for_mail(image: Image.Image, media: Path, stem: str) -> None:
    from PIL import Image

    target = media / mail_file(stem)
    if target.exists():
        return
    small = image.copy()
    small.thumbnail((MAIL_PIXELS, MAIL_PIXELS * 2), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", small.size, MAIL_GROUND)
    ground.paste(small, mask=small if small.mode == "RGBA" else None)
    _write(ground, target, "JPEG", {"quality": 82, "optimize": True})


def _save_width(image: Image.Image, media: Path, stem: str, width: int) -> None:
    from PIL import Image

    targets = {kind: media / f"{stem}-{width}.{kind}" for kind in FORMATS}
    if all(path.exists() for path in targets.values()):
        return
    media.mkdir(parents=True, exist_ok=True)
    height = max(1, round(image.height * width / image.width))
    resized = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
    options: dict[str, dict[str, int]] = {
        "avif": {"quality": 58, "speed": 8},
        "webp": {"quality": 78, "method": 4},
    }
    for kind, target in targets.items():
        _write(resized, target, kind.upper(), options[kind])


def _write(image: Image.Image, target: Path, kind: str, options: Mapping[str, Any]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=target.parent, prefix=".")
    with os.fdopen(descriptor, "wb") as file:
        image.save(file, format=kind, **options)
    Path(part).chmod(0o644)
    Path(part).replace(target)
