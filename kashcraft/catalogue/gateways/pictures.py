"""Pictures on disk: several widths each, as AVIF and WebP, under a name with a digest of the contents."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kashcraft.catalogue.rules import PICTURE_WIDTHS, StoredPicture, picture_stem, widths_up_to
from kashcraft.core.errors import DomainError

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("avif", "webp")
ACCEPTED = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF")
# Decoding takes four bytes a pixel: 50 million pixels need 200 MB during the conversion.
MAX_PIXELS = 50_000_000
MAX_BYTES = 40_000_000
# Many mail programs show no format newer than JPEG: one small file, twice as wide as it is shown.
MAIL_PIXELS = 176
MAIL_GROUND = (251, 246, 234)


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
    with _open(source) as opened:
        image = _upright(opened, source.name)
        widths = widths_up_to(image.width, ladder)
        height = round(image.height * widths[-1] / image.width)
        for width in widths:
            _save_width(image, media, stem, width)
        _save_for_mail(image, media, stem)
    return StoredPicture(stem, widths[-1], height, widths)


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
    except Image.DecompressionBombError as error:
        raise DomainError("picture_too_large", name=source.name) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise DomainError("picture_unreadable", name=source.name) from error
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise DomainError("picture_too_large", name=source.name)
    return image


def _upright(opened: Image.Image, name: str) -> Image.Image:
    """Return the picture decoded, rotated as recorded by the camera, in RGB or with transparency RGBA."""
    from PIL import ImageOps

    try:
        image = ImageOps.exif_transpose(opened)
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise DomainError("picture_unreadable", name=name) from error


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
