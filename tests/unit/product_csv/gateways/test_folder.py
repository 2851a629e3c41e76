"""Pictures beside a product file are found by their path and identified by their contents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kashcraft.product_csv.gateways.folder import local_path, stems
from kashcraft.product_csv.rules.products import CsvImage
from tests.unit.product_csv.rules.test_changes import CSV


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a picture, one in a folder inside, and a file outside."""
    inside = tmp_path / "file"
    (inside / "more").mkdir(parents=True)
    (inside / "ring.jpg").write_bytes(b"ring")
    (inside / "more" / "ring.jpg").write_bytes(b"ring")
    (inside / "more" / "bowl.jpg").write_bytes(b"bowl")
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (inside / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    return inside


@pytest.mark.parametrize("source", ["ring.jpg", "./ring.jpg", "more/../ring.jpg"])
def test_a_picture_is_found_below_the_folder(folder: Path, source: str) -> None:
    assert local_path(folder, source) == (folder / "ring.jpg").resolve()


@pytest.mark.parametrize("source", ["none.jpg", "more", "../secret.jpg", "link.jpg", "/etc/hostname"])
def test_what_is_not_inside_it_is_not_there(folder: Path, source: str) -> None:
    assert local_path(folder, source) is None


def test_equal_contents_have_one_name_and_missing_files_are_reported(folder: Path) -> None:
    product = replace(
        CSV,
        slug="ring",
        images=tuple(
            CsvImage(row, source, "")
            for row, source in enumerate(
                ["ring.jpg", "more/ring.jpg", "more/bowl.jpg", "none.jpg", "https://pictures.example/x.jpg"],
                start=2,
            )
        ),
    )

    found, errors = stems([product], folder)

    assert found["ring", "ring.jpg"] == found["ring", "more/ring.jpg"]
    assert found["ring", "ring.jpg"] != found["ring", "more/bowl.jpg"]
    assert set(found) == {("ring", "ring.jpg"), ("ring", "more/ring.jpg"), ("ring", "more/bowl.jpg")}
    assert [str(error) for error in errors] == [
        "row 5, Image Src: “none.jpg”: there is no such picture beside the file"
    ]
