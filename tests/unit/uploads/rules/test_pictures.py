"""Names and widths of pictures."""

import pytest

from kashcraft.uploads.rules.pictures import (
    StoredPicture,
    pack_picture,
    picture_stem,
    unpack_picture,
    widths_up_to,
)


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (3000, (320, 640, 960, 1280, 2400)), (1600, (320, 640, 960, 1280, 1600)), (1024, (320, 640, 1024)),
        (960, (320, 640, 960)), (700, (320, 700)), (200, (200,)),
    ],
)  # fmt: skip
def test_widths_never_exceed_the_original(width: int, widths: tuple[int, ...]) -> None:
    assert widths_up_to(width) == widths


def test_a_stem_consists_of_name_and_digest() -> None:
    assert picture_stem("Kani Shawl, Madder.jpg", "0123456789abcdef") == "kani-shawl-madder-jpg-0123456789ab"
    assert picture_stem("???", "0123456789abcdef") == "picture-0123456789ab"


def test_a_picture_is_packed_in_one_line() -> None:
    picture = StoredPicture("scene-home-0123456789ab", 2000, 1125, (640, 1024, 1600, 2000))
    assert pack_picture(picture) == "scene-home-0123456789ab 2000x1125 640 1024 1600 2000"
    assert unpack_picture(pack_picture(picture)) == picture


def test_the_line_of_a_scene_contains_the_widths_of_its_square() -> None:
    picture = StoredPicture("scene-home-0123456789ab", 2000, 1125, (640, 2000), square=(540, 720, 1080))
    assert pack_picture(picture) == "scene-home-0123456789ab 2000x1125 640 2000 square 540 720 1080"
    assert unpack_picture(pack_picture(picture)) == picture
