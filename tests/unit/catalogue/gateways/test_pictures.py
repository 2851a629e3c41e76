"""Pictures are converted once, never enlarged, and refused if invalid."""

from pathlib import Path

import pytest
from PIL import Image

from kashcraft.catalogue.gateways import pictures
from kashcraft.core.errors import DomainError


def draw(path: Path, width: int = 700, height: int = 875, mode: str = "RGB") -> Path:
    Image.new(mode, (width, height), (180, 60, 40) if mode == "RGB" else (180, 60, 40, 0)).save(path)
    return path


def test_every_width_is_made_in_both_formats(tmp_path: Path) -> None:
    media = tmp_path / "media"
    stored = pictures.store_picture(draw(tmp_path / "red.png"), media, "Red square")
    assert (stored.width, stored.height, stored.widths) == (700, 875, (320, 700))
    assert stored.stem.startswith("red-square-")
    names = sorted(path.name for path in media.iterdir())
    assert names == sorted(
        [
            f"{stored.stem}-mail.jpg",
            *(f"{stored.stem}-{width}.{kind}" for width in (320, 700) for kind in ("avif", "webp")),
        ]
    )
    with Image.open(media / f"{stored.stem}-mail.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (176, 220))
    with Image.open(media / f"{stored.stem}-320.avif") as image:
        assert (image.format, image.size) == ("AVIF", (320, 400))


def test_the_same_picture_again_is_not_converted_again(tmp_path: Path) -> None:
    source, media = draw(tmp_path / "red.png"), tmp_path / "media"
    first = pictures.store_picture(source, media, "Red")
    before = {path.name: path.stat().st_mtime_ns for path in media.iterdir()}
    assert pictures.store_picture(source, media, "Red") == first
    assert {path.name: path.stat().st_mtime_ns for path in media.iterdir()} == before


def test_a_small_picture_has_its_own_width_and_transparency(tmp_path: Path) -> None:
    stored = pictures.store_picture(draw(tmp_path / "clear.png", 200, 100, "RGBA"), tmp_path, "Clear")
    assert (stored.width, stored.height, stored.widths) == (200, 100, (200,))
    with Image.open(tmp_path / f"{stored.stem}-200.webp") as image:
        assert image.mode == "RGBA"


def test_a_photograph_is_rotated_as_recorded(tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 300))
    exif = image.getexif()
    exif[274] = 6
    image.save(tmp_path / "turned.jpg", exif=exif)
    stored = pictures.store_picture(tmp_path / "turned.jpg", tmp_path, "Turned")
    assert (stored.width, stored.height) == (300, 400)


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "picture_missing"), (b"<svg/>", "picture_unreadable"), (b"", "picture_unreadable")],
)
def test_invalid_pictures_are_refused(tmp_path: Path, content: bytes | None, code: str) -> None:
    source = tmp_path / "no.png"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(DomainError) as refused:
        pictures.store_picture(source, tmp_path / "media", "No")
    assert refused.value.code == code
    assert not (tmp_path / "media").exists()


def test_a_cut_off_picture_is_refused(tmp_path: Path) -> None:
    whole = draw(tmp_path / "whole.png").read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DomainError, match="picture_unreadable"):
        pictures.store_picture(tmp_path / "half.png", tmp_path / "media", "Half")


def test_a_picture_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 500_000)
    with pytest.raises(DomainError, match="picture_too_large"):
        pictures.store_picture(draw(tmp_path / "large.png"), tmp_path / "media", "Large")


def test_prepared_pictures_are_copied_under_their_digest(tmp_path: Path) -> None:
    for kind in ("avif", "webp"):
        (tmp_path / f"scene-640.{kind}").write_bytes(b"ready")
    media = tmp_path / "media"
    stored = pictures.copy_prepared_picture(tmp_path, "scene", media, width=640, height=360, widths=[640])
    assert sorted(path.name for path in media.iterdir()) == [
        f"{stored.stem}-640.avif",
        f"{stored.stem}-640.webp",
    ]
    with pytest.raises(DomainError, match="picture_missing"):
        pictures.copy_prepared_picture(tmp_path, "scene", media, width=320, height=180, widths=[320])


def test_a_prepared_picture_is_copied_with_its_square(tmp_path: Path) -> None:
    for name in ("scene-640.avif", "scene-640.webp", "scene-square-540.avif", "scene-square-540.webp"):
        (tmp_path / name).write_bytes(b"ready")
    media = tmp_path / "media"
    size = {"width": 640, "height": 360, "widths": [640]}
    stored = pictures.copy_prepared_picture(tmp_path, "scene", media, **size, square=[540])  # type: ignore[arg-type]
    assert stored.square == (540,)
    assert (media / f"{stored.stem}-square-540.avif").read_bytes() == b"ready"
    with pytest.raises(DomainError, match="picture_missing"):
        pictures.copy_prepared_picture(tmp_path, "scene", media, **size, square=[540, 720])  # type: ignore[arg-type]


def test_a_prepared_picture_gets_its_mail_file_once_on_ivory(tmp_path: Path) -> None:
    source = draw(tmp_path / "clear.png", 320, 400, "RGBA")
    for _ in range(2):
        pictures.store_mail_picture(source, tmp_path / "media", "bowl-0123456789ab")
    made = tmp_path / "media" / pictures.mail_file("bowl-0123456789ab")
    assert made.name == "bowl-0123456789ab-mail.jpg"
    with Image.open(made) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (176, 220))
