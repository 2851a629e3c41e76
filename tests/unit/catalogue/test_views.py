"""Pictures are cached forever, and no other file of the media folder is served."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def media(app: Flask) -> Path:
    folder: Path = app.config["SETTINGS"].media_path
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bowl-320.avif").write_bytes(b"picture")
    (folder / "notes.txt").write_bytes(b"secret")
    (folder / ".part.webp").write_bytes(b"half")
    return folder


def test_a_picture_is_immutable(client: FlaskClient, media: Path) -> None:
    response = client.get("/media/bowl-320.avif")
    assert (response.status_code, response.data, response.mimetype) == (200, b"picture", "image/avif")
    assert set(response.headers["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "path",
    [
        "missing-320.avif",
        "notes.txt",
        ".part.webp",
        "../secret_key",
        "..%2fsecret_key",
        "%2e%2e/x.webp",
        "a/.b.webp",
    ],
)
def test_other_files_are_not_served(client: FlaskClient, media: Path, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404
