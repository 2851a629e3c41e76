"""Static files have hashed names, and are compressed and cached permanently."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from kashcraft.core import assets

FONT = "@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2"
PICTURE = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(
        tmp_path / "static",
        {
            "css/utilities.css": ".u {}\n",
            "css/pages/home.css": ".home {}\n",
            "css/components/card.css": ".card {}\n",
            "css/components/button.css": '.button { background: url("/static/img/leaf.svg#x") }\n',
            "css/base.css": "a {}\n",
            "css/global.css": "@layer base;\n@font-face { src: url(/static/vendor/fraunces.woff2) }\n",
            "css/payment.css": "form {}\n",
            "js/app.js": "const shared = 1;\n",
            "js/elements/bag.js": "const shared = 2;\n",
            "img/leaf.svg": PICTURE,
            ".DS_Store": "hidden",
        },
    )


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    return write(
        tmp_path / "node_modules",
        {
            "htmx.org/dist/htmx.min.js": "htmx();" * 50,
            FONT: b"fraunces",
            FONT.replace("fraunces", "figtree"): b"figtree",
        },
    )


@pytest.fixture
def build(source: Path, installed: Path, tmp_path: Path) -> Callable[[], assets.Manifest]:
    return lambda: assets.build(source, installed, tmp_path / "out")


def test_the_manifest_maps_every_file_to_a_name_with_its_hash(build, tmp_path: Path) -> None:
    leaf = f"img/leaf.{digest(PICTURE)}.svg"
    font = f"vendor/fraunces.{digest(b'fraunces')}.woff2"
    style = (
        f"@layer base;\n@font-face {{ src: url(/static/{font}) }}\n"
        "a {}\n"
        f'.button {{ background: url("/static/{leaf}#x") }}\n'
        ".card {}\n.home {}\n.u {}\n"
    ).encode()
    script = b'"use strict";\n{\nconst shared = 1;\n}\n{\nconst shared = 2;\n}\n'

    manifest = build()

    assert manifest.files == {
        "app.css": f"app.{digest(style)}.css",
        "app.js": f"app.{digest(script)}.js",
        "css/payment.css": f"css/payment.{digest(b'form {}' + bytes([10]))}.css",
        "img/leaf.svg": leaf,
        "vendor/figtree.woff2": f"vendor/figtree.{digest(b'figtree')}.woff2",
        "vendor/fraunces.woff2": font,
        "vendor/htmx.min.js": f"vendor/htmx.min.{digest(b'htmx();' * 50)}.js",
    }
    assert manifest.missing == []
    assert (tmp_path / "out" / manifest.files["app.css"]).read_bytes() == style
    assert (tmp_path / "out" / manifest.files["app.js"]).read_bytes() == script
    assert json.loads((tmp_path / "out/manifest.json").read_text())["files"] == manifest.files


def test_comments_and_indentation_of_scripts_are_removed(build, source: Path, tmp_path: Path) -> None:
    (source / "js/app.js").write_text(
        "// What it does.\n\nfunction go() {\n  // Why.\n  open('//shop');  // where\n}\n"
    )
    manifest = build()
    script = (tmp_path / "out" / manifest.files["app.js"]).read_text()
    assert script.startswith("\"use strict\";\n{\nfunction go() {\nopen('//shop');  // where\n}\n}\n")


def test_a_change_in_a_picture_renames_the_style_sheet_that_shows_it(build, source: Path) -> None:
    before = build().files
    write(source, {"img/leaf.svg": PICTURE + b" "})
    after = build().files
    assert {name for name in before if before[name] != after[name]} == {"img/leaf.svg", "app.css"}


def test_compressed_copies_hold_the_same_bytes_and_fonts_have_none(build, tmp_path: Path) -> None:
    files = build().files
    script = tmp_path / "out" / files["vendor/htmx.min.js"]
    assert brotli.decompress(script.with_name(script.name + ".br").read_bytes()) == script.read_bytes()
    assert gzip.decompress(script.with_name(script.name + ".gz").read_bytes()) == script.read_bytes()
    font = tmp_path / "out" / files["vendor/fraunces.woff2"]
    assert list(font.parent.glob("fraunces*")) == [font]


def test_a_file_that_compression_makes_larger_has_no_compressed_copy(build, tmp_path: Path) -> None:
    payment = tmp_path / "out" / build().files["css/payment.css"]
    assert list(payment.parent.iterdir()) == [payment]


def test_without_the_vendor_files_the_build_succeeds_and_names_them(source: Path, tmp_path: Path) -> None:
    manifest = assets.build(source, tmp_path / "nowhere", tmp_path / "out")
    assert manifest.missing == ["vendor/htmx.min.js", "vendor/fraunces.woff2", "vendor/figtree.woff2"]
    assert "url(/static/vendor/fraunces.woff2)" in (tmp_path / "out" / manifest.files["app.css"]).read_text()


def test_a_reference_to_a_file_that_does_not_exist_stops_the_build(build, source: Path) -> None:
    write(source, {"css/base.css": "a { background: url('/static/img/laef.svg') }"})
    with pytest.raises(assets.AssetError, match=r"^app\.css refers to /static/img/laef\.svg, which does not"):
        build()


def test_two_files_that_refer_to_each_other_stop_the_build(build, source: Path) -> None:
    write(source, {"a.json": '"/static/b.json"', "b.json": '"/static/a.json"'})
    with pytest.raises(assets.AssetError, match=r"^these files refer to each other: a\.json, b\.json$"):
        build()


def test_building_again_writes_no_files(build, tmp_path: Path) -> None:
    script = tmp_path / "out" / build().files["app.js"]
    os.utime(script, (1, 1))
    build()
    assert script.stat().st_mtime == 1


def test_names_become_addresses_and_unknown_ones_are_refused(build, tmp_path: Path) -> None:
    manifest = build()
    built = assets.Assets(tmp_path / "out")
    assert built.url("app.css") == f"/static/{manifest.files['app.css']}"
    assert built.path("app.css") == tmp_path / "out" / manifest.files["app.css"]
    assert built.exists("vendor/htmx.min.js")
    assert not built.exists("vendor/idiomorph.js")
    with pytest.raises(assets.AssetError, match="no static file called idiomorph.js"):
        built.url("idiomorph.js")


def test_production_reports_a_missing_build_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetError, match="run make assets$"):
        assets.Assets(tmp_path / "out")


def test_development_builds_automatically_after_changes(
    source: Path, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets.time, "monotonic", itertools.count(1.0).__next__)
    live = assets.Assets(tmp_path / "out", source=source, node_modules=installed)
    before = live.url("app.js")
    write(source, {"js/elements/bag.js": "const shared = 33;\n"})
    after = live.url("app.js")
    assert before != after
    assert "const shared = 33;" in live.path("app.js").read_text()


@pytest.fixture
def client(build, tmp_path: Path) -> Client:
    build()
    return Client(assets.Assets(tmp_path / "out").wrap(Response("the shop", status=404)))


def test_a_hashed_file_is_compressed_and_immutable(client: Client, tmp_path: Path) -> None:
    built = assets.Assets(tmp_path / "out")
    response = client.get(built.url("vendor/htmx.min.js"), headers={"Accept-Encoding": "gzip, br"})
    assert response.status_code == 200
    assert response.headers["Content-Encoding"] == "br"
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response.headers
    assert brotli.decompress(response.data) == b"htmx();" * 50


def test_a_font_has_its_media_type(client: Client, tmp_path: Path) -> None:
    response = client.get(assets.Assets(tmp_path / "out").url("vendor/figtree.woff2"))
    assert response.headers["Content-Type"] == "font/woff2"
    assert response.data == b"figtree"


def test_other_requests_reach_the_application(client: Client) -> None:
    for path in ("/", "/static/app.css", "/static/../secret"):
        assert client.get(path).text == "the shop"
