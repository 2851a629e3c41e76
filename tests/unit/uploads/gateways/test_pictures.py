"""Pictures are converted once, never enlarged, and refused if invalid."""

import resource
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from kashcraft.core.errors import DomainError
from kashcraft.uploads.gateways import pictures
from tests.factories import pictures as sent


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


def encode(tmp_path: Path, content: bytes) -> Image.Image:
    """Encode a sent file and return its largest WebP output."""
    (tmp_path / "sent").write_bytes(content)
    stored = pictures.encode_picture(tmp_path / "sent", tmp_path, "sent-0123456789ab")
    return Image.open(tmp_path / f"{stored.stem}-{stored.widths[-1]}.webp")


def test_nothing_but_pixels_is_taken_over(tmp_path: Path) -> None:
    encode(tmp_path, sent.with_place())

    outputs = sorted(path for path in tmp_path.iterdir() if path.name != "sent")
    assert [path.name for path in outputs] == [
        "sent-0123456789ab-300.avif", "sent-0123456789ab-300.webp", "sent-0123456789ab-mail.jpg",
    ]  # fmt: skip
    for path in outputs:
        with Image.open(path) as image:
            assert image.height > image.width
            assert (dict(image.getexif()), image.info.get("xmp"), image.info.get("comment")) == (
                {},
                None,
                None,
            )
        assert b"Noor" not in path.read_bytes()


def test_a_file_that_is_also_a_page_and_an_archive_comes_out_as_a_picture(tmp_path: Path) -> None:
    encode(tmp_path, sent.polyglot())

    for path in tmp_path.glob("sent-*"):
        content = path.read_bytes()
        assert (b"<script" in content, b"PK\x05\x06" in content) == (False, False)


@pytest.mark.parametrize(
    ("content", "color"),
    [
        (sent.picture("JPEG", mode="CMYK"), (255, 55, 55)),
        (sent.picture("PNG", mode="I;16"), (155, 155, 155)),
        (sent.picture("TIFF"), sent.RED),
        (
            sent.picture("GIF", save_all=True, append_images=[Image.new("RGB", (400, 300), "blue")]),
            sent.RED,
        ),
        (sent.picture("PNG", icc_profile=b"no profile"), sent.RED),
    ],
    ids=["CMYK", "16 bits", "TIFF", "animated", "damaged profile"],
)
def test_other_kinds_of_pixels_become_those_of_the_web(
    tmp_path: Path, content: bytes, color: tuple[int, int, int]
) -> None:
    with encode(tmp_path, content) as image:
        assert (image.mode, image.size, getattr(image, "n_frames", 1)) == ("RGB", (400, 300), 1)
        pixel = image.getpixel((200, 150))
        assert isinstance(pixel, tuple)
        assert max(abs(one - other) for one, other in zip(pixel, color, strict=True)) <= 4
        assert "icc_profile" not in image.info


def test_a_color_profile_is_applied(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with encode(tmp_path, sent.picture("PNG", icc_profile=lab)) as image:
        pixel = image.getpixel((200, 150))
        assert isinstance(pixel, tuple)
        assert max(abs(one - other) for one, other in zip(pixel, sent.RED, strict=True)) <= 4


def test_a_picture_of_ten_thousand_by_ten_thousand_is_refused_without_its_memory(tmp_path: Path) -> None:
    (tmp_path / "huge.png").write_bytes(sent.huge_png())
    tracemalloc.start()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        with pytest.raises(DomainError, match="picture_too_large"):
            pictures.size_of_picture(tmp_path / "huge.png")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    # Its pixels need 300 MB. The maximum of the process is in KiB.
    assert peak < 8_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_ribbon_that_webp_cannot_hold_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ribbon.png").write_bytes(sent.picture("PNG", (10, 17_000)))
    with pytest.raises(DomainError, match="picture_too_large"):
        pictures.encode_picture(tmp_path / "ribbon.png", tmp_path / "media", "ribbon-0123456789ab")
    assert not (tmp_path / "media").exists()


def test_size_is_read_and_progress_reported_by_width(tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(sent.picture("PNG", (700, 350)))
    reported: list[int] = []

    size = pictures.size_of_picture(tmp_path / "sent")
    pictures.encode_picture(tmp_path / "sent", tmp_path, "red-0123456789ab", progress=reported.append)

    assert (size, reported) == ((700, 350), [50, 100])


def test_an_interrupted_conversion_is_completed_and_can_be_removed(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def die(percent: int) -> None:
        raise Killed

    (tmp_path / "sent").write_bytes(sent.picture("PNG", (700, 350)))
    media = tmp_path / "media"
    with pytest.raises(Killed):
        pictures.encode_picture(tmp_path / "sent", media, "red-0123456789ab", progress=die)
    half = sorted(path.name for path in media.iterdir())
    pictures.encode_picture(tmp_path / "sent", media, "red-0123456789ab")
    whole = sorted(path.name for path in media.iterdir())
    (media / "red-0123456789ab-and-more-320.webp").write_bytes(b"of another picture")
    pictures.remove_files(media, "red-0123456789ab")

    assert half == ["red-0123456789ab-320.avif", "red-0123456789ab-320.webp", "red-0123456789ab-mail.jpg"]
    assert whole == [*half[:2], "red-0123456789ab-700.avif", "red-0123456789ab-700.webp", half[2]]
    assert [path.name for path in media.iterdir()] == ["red-0123456789ab-and-more-320.webp"]
