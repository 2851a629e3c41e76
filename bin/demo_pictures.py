#!/usr/bin/env python
"""Make the demo shop's pictures, in every served width and format, from the artwork's masters.

    python -m bin.demo_pictures ARTWORK [--out kashcraft/demo/pictures]

ARTWORK holds `catalogue.json` and `img/`. The result is the same for the same masters and the same Pillow.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from kashcraft.catalogue.rules import PICTURE_WIDTHS, SCENE_WIDTHS, SQUARE_WIDTHS, widths_up_to

# Small pictures are shown at high pixel density, which hides more loss than in pictures that are enlarged.
AVIF_QUALITY = {320: 50, 540: 44, 640: 52, 750: 42, 960: 52, 1024: 54, 1125: 38, 1280: 50, 1600: 52, 2000: 50}
WEBP_QUALITY = {320: 72, 540: 68, 640: 74, 750: 66, 960: 73, 1024: 75, 1125: 62, 1280: 70, 1600: 73, 2000: 71}
# Horizontal position of a scene's square: the left half of scenes is for text.
SQUARE_PLACE = 0.84


@dataclass(frozen=True)
class Master:
    """An artwork master with its path, alt text and possible widths."""

    path: Path
    alt: str
    wanted: tuple[int, ...]
    square: tuple[int, ...] = ()


def masters(artwork: Path) -> list[Master]:
    """Return every picture of the artwork's catalogue, product pictures first."""
    catalogue = json.loads((artwork / "catalogue.json").read_text(encoding="utf-8"))
    found = [
        Master(artwork / picture["file"], picture["alt"], PICTURE_WIDTHS)
        for product in catalogue["products"]
        for picture in product["images"]
    ]
    found += [
        Master(artwork / scene["file"], scene["alt"], SCENE_WIDTHS, SQUARE_WIDTHS)
        for scene in catalogue["scenes"]
    ]
    return found


def square_of(picture: Image.Image) -> Image.Image:
    """Return the square crop of a scene for narrow screens, as high as the scene."""
    left = round((picture.width - picture.height) * SQUARE_PLACE)
    return picture.crop((left, 0, left + picture.height, picture.height))


def save(picture: Image.Image, width: int, target: Path) -> None:
    """Write a picture in one width, in every format."""
    height = round(picture.height * width / picture.width)
    same = width == picture.width
    scaled = picture if same else picture.resize((width, height), Image.Resampling.LANCZOS)
    scaled.save(
        target.with_suffix(".avif"),
        quality=AVIF_QUALITY[width],
        speed=4,
        max_threads=1,
        subsampling="4:2:0",
    )
    scaled.save(target.with_suffix(".webp"), quality=WEBP_QUALITY[width], method=6, use_sharp_yuv=True)


def convert(master: Master, out: Path) -> dict[str, Any]:
    """Write one master in all its widths; return its entry for the index."""
    with Image.open(master.path) as opened:
        picture = opened.convert("RGB")
    widths = widths_up_to(picture.width, master.wanted)
    for width in widths:
        save(picture, width, out / f"{master.path.stem}-{width}")
    squares = [width for width in master.square if width <= picture.height]
    for width in squares:
        save(square_of(picture), width, out / f"{master.path.stem}-square-{width}")
    red, green, blue = picture.resize((1, 1), Image.Resampling.BOX).tobytes()
    return {
        "stem": master.path.stem,
        "width": widths[-1],
        "height": round(picture.height * widths[-1] / picture.width),
        "alt": master.alt,
        "widths": widths,
        **({"square": squares} if squares else {}),
        "colour": f"#{red:02x}{green:02x}{blue:02x}",
    }


def main() -> None:
    """Read the arguments, convert every master, write the index."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("artwork", type=Path)
    default = Path(__file__).resolve().parent.parent / "kashcraft" / "demo" / "pictures"
    parser.add_argument("--out", type=Path, default=default)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    wanted = masters(arguments.artwork)
    with ProcessPoolExecutor(arguments.jobs) as pool:
        index = list(pool.map(convert, wanted, [arguments.out] * len(wanted)))
    text = json.dumps(index, ensure_ascii=False, indent=1) + "\n"
    (arguments.out / "index.json").write_text(text, encoding="utf-8")
    size = sum(path.stat().st_size for path in arguments.out.iterdir())
    print(f"{len(index)} pictures, {size / 1_000_000:.1f} MB")


if __name__ == "__main__":
    main()
