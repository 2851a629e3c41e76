"""The kind of a file comes from its contents, and names are cleaned."""

import pytest

from kashcraft.uploads.rules.files import PictureKind, clean_name, sniff


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", PictureKind.JPEG),
        (b"\x89PNG\r\n\x1a\n\x00\x00", PictureKind.PNG),
        (b"RIFF\x0a\x00\x00\x00WEBPVP8X", PictureKind.WEBP),
        (b"\x00\x00\x00,ftypavif", PictureKind.AVIF),
        (b"\x00\x00\x00,ftypavis", PictureKind.AVIF),
        (b"GIF89a\x08\x00", PictureKind.GIF),
        (b"GIF87a\x08\x00", PictureKind.GIF),
        (b"II*\x00\x08", PictureKind.TIFF),
        (b"MM\x00*\x00", PictureKind.TIFF),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<?xml version='1.0'?><svg>", None),
        (b"%PDF-1.7", None),
        (b"PK\x03\x04", None),
        (b"\x00\x00\x00\x18ftypheic", None),
        (b"RIFF\x0a\x00\x00\x00WAVEfmt ", None),
        (b" \xff\xd8\xff", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_kind(head: bytes, kind: PictureKind | None) -> None:
    assert sniff(head) is kind


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("bowl.jpg", "bowl.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\pictures\\bowl.jpg", "bowl.jpg"),
        ("bo\x00wl\r\n\u202egpj.exe", "bowlgpj.exe"),
        ("  walnut   bowl .png ", "walnut bowl .png"),
        ("x" * 200 + ".jpg", "x" * 116 + ".jpg"),
        ("/", ""),
    ],
)
def test_a_name_is_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean
