"""Local pictures of a product file, in the folder beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from kashcraft.catalogue.rules import picture_stem
from kashcraft.product_csv.rules.document import Remark, heading
from kashcraft.product_csv.rules.products import CsvImage, CsvProduct


def local_path(folder: Path, source: str) -> Path | None:
    """Return the picture at ``source`` below ``folder``, None if there is no such file inside it."""
    root = folder.resolve()
    path = (root / source).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def stems(products: Iterable[CsvProduct], folder: Path) -> tuple[dict[tuple[str, str], str], list[Remark]]:
    """Return the stem that each local picture would get, by slug and source, and an error for each missing
    one.
    """
    found: dict[tuple[str, str], str] = {}
    errors: list[Remark] = []
    for product in products:
        for image in product.images:
            if image.is_address:
                continue
            path = local_path(folder, image.source)
            if path is None:
                errors.append(refusal(image, "there is no such picture beside the file"))
            else:
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                found[product.slug, image.source] = picture_stem(product.slug, digest)
    return found, errors


def refusal(image: CsvImage, message: str) -> Remark:
    """Return the error that names a picture of the file."""
    return Remark(image.row, heading("image_src"), f"“{image.source}”: {message}")
