"""Static files: bundled, compressed, named by a hash of their content, and cached permanently by browsers."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import brotli
from whitenoise import WhiteNoise

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PREFIX = "/static/"
MANIFEST = "manifest.json"
# Increase it when the build changes, so that earlier output counts as outdated.
RECIPE = "2"

VENDOR = {
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/fraunces.woff2": "@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2",
    "vendor/figtree.woff2": "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2",
}
STYLES = ("css/global.css", "css/base.css", "css/components/*.css", "css/pages/*.css", "css/utilities.css")
SCRIPTS = ("js/app.js", "js/page/*.js", "js/elements/*.js")
# What only the back office uses, so that no shopper fetches it.
BUNDLES = {
    "app.css": STYLES,
    "app.js": SCRIPTS,
    "office.css": ("css/office/*.css",),
    "office.js": ("js/elements/office/*.js",),
}

REWRITTEN = {".css", ".js", ".json", ".webmanifest", ".speculationrules"}
COMPRESSED = REWRITTEN | {".svg", ".txt", ".xml", ".ico", ".map", ".html"}
MEDIA_TYPES = {
    ".avif": "image/avif",
    ".speculationrules": "application/speculationrules+json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
REFERENCE = re.compile(rb"/static/([A-Za-z0-9_@./-]*[A-Za-z0-9_])(?=[\"'`)#?\s])")
ONLY_FOR_AUTHORS = re.compile(rb"^[ \t]*//.*\n|^[ \t]*\n|^[ \t]+", re.MULTILINE)
HASHED = re.compile(r"\.[0-9a-f]{12}(\.[^./]+)?$")


class AssetError(Exception):
    """A static file does not exist, or two files contain references to each other."""


@dataclass(frozen=True)
class Manifest:
    """The result of a build: ``files`` maps names to hashed names, ``missing`` lists absent vendor files."""

    files: dict[str, str]
    missing: list[str] = field(default_factory=list)
    fingerprint: str = ""


def build(source: Path, node_modules: Path, target: Path) -> Manifest:
    """Write every static file of ``source`` and the vendor files of ``node_modules`` into ``target``.

    Bundles replace their source files. References to ``/static/NAME`` in style sheets, scripts and JSON
    become the hashed names. A vendor file that is not installed is omitted and listed as missing. Unchanged
    files are not written again. Raises AssetError where a referenced file does not exist.
    """
    return _Build(source, node_modules, target).run()


def fingerprint(source: Path, node_modules: Path) -> str:
    """Return a digest of the names, sizes and modification times of all files that a build reads."""
    digest = hashlib.sha256(RECIPE.encode())
    for path in [*_walk(source), *(node_modules / origin for origin in VENDOR.values())]:
        if path.exists():
            state = path.stat()
            digest.update(f"{path}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


class _Build:
    """One run of the build. It is depth-first, because a file's hash covers the hashed names in it."""

    def __init__(self, source: Path, node_modules: Path, target: Path) -> None:
        self.source = source
        self.node_modules = node_modules
        self.target = target
        self.contents = self._collect()
        self.missing = [
            name for name, origin in VENDOR.items() if not (node_modules / origin).exists()
        ]  # fmt: skip
        self.files: dict[str, str] = {}
        self.open: list[str] = []

    def run(self) -> Manifest:
        for name in sorted(self.contents):
            self._finish(name)
        state = fingerprint(self.source, self.node_modules)
        manifest = Manifest(dict(sorted(self.files.items())), self.missing, state)
        text = json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n"
        _write(self.target / MANIFEST, text.encode())
        return manifest

    def _collect(self) -> dict[str, list[Path]]:
        """Return the sources of each file to be built: one file, or the files of a bundle in order."""
        contents = {name: self._parts(patterns) for name, patterns in BUNDLES.items()}
        bundled = {path for parts in contents.values() for path in parts}
        for path in _walk(self.source):
            if path not in bundled:
                contents[path.relative_to(self.source).as_posix()] = [path]
        for name, origin in VENDOR.items():
            if (self.node_modules / origin).exists():
                contents[name] = [self.node_modules / origin]
        return {name: parts for name, parts in contents.items() if parts}

    def _parts(self, patterns: tuple[str, ...]) -> list[Path]:
        return [path for pattern in patterns for path in sorted(self.source.glob(pattern))]

    def _finish(self, name: str) -> str:
        """Write the file called ``name`` and all files that it refers to; return its hashed name."""
        if name in self.files:
            return self.files[name]
        if name in self.open:
            raise AssetError(f"these files refer to each other: {', '.join(self.open)}")
        self.open.append(name)
        data = self._read(name)
        path = PurePosixPath(name)
        digest = hashlib.sha256(data).hexdigest()[:12]
        self.files[name] = str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))
        self.open.pop()
        _publish(self.target / self.files[name], data)
        return self.files[name]

    def _read(self, name: str) -> bytes:
        parts = self.contents[name]
        if name in BUNDLES:
            data = _join_scripts(parts) if name.endswith(".js") else _join_styles(parts)
        else:
            data = parts[0].read_bytes()
        if Path(name).suffix not in REWRITTEN or name in VENDOR:
            return data
        return REFERENCE.sub(lambda found: self._refer(name, found), data)

    def _refer(self, name: str, found: re.Match[bytes]) -> bytes:
        wanted = found[1].decode()
        if wanted in self.missing:
            return found[0]
        if wanted not in self.contents:
            raise AssetError(f"{name} refers to {PREFIX}{wanted}, which does not exist")
        return f"{PREFIX}{self._finish(wanted)}".encode()


class Assets:
    """The static files under the names that templates use.

    With ``source`` and ``node_modules`` (development, tests) they are built when they are absent or outdated,
    which is checked at most twice a second. Without them (production) AssetError is raised when there is no
    manifest.
    """

    def __init__(self, target: Path, *, source: Path | None = None, node_modules: Path | None = None) -> None:
        self.target = target
        self.source = source
        self.node_modules = node_modules or Path("node_modules")
        self._lock = threading.Lock()
        self._looked = 0.0
        self._manifest = self._load()
        self._refresh()

    def url(self, name: str) -> str:
        """Return the address of the file called ``name`` (``app.css``). Raises AssetError if unknown."""
        self._refresh()
        try:
            return PREFIX + self._manifest.files[name]
        except KeyError:
            raise AssetError(f"there is no static file called {name}") from None

    def exists(self, name: str) -> bool:
        """Return whether there is a file called ``name``; fonts and htmx may be missing without npm."""
        self._refresh()
        return name in self._manifest.files

    def path(self, name: str) -> Path:
        """Return the path of the built file called ``name``. Raises AssetError if unknown."""
        return self.target / self.url(name).removeprefix(PREFIX)

    def wrap(self, application: WSGIApplication) -> WhiteNoise:
        """Return a WSGI application that serves the static files and passes other requests on."""
        return wrap(application, self.target, follow=self.source is not None)

    def _load(self) -> Manifest:
        path = self.target / MANIFEST
        if path.exists():
            return Manifest(**json.loads(path.read_text()))
        if self.source is None:
            raise AssetError(f"the static files are not built: {path} is missing; run make assets")
        return Manifest({})

    def _refresh(self) -> None:
        if self.source is None or time.monotonic() - self._looked < 0.5:
            return
        with self._lock:
            if self._manifest.fingerprint != fingerprint(self.source, self.node_modules):
                self._manifest = build(self.source, self.node_modules, self.target)
            self._looked = time.monotonic()


def wrap(application: WSGIApplication, target: Path, *, follow: bool = False) -> WhiteNoise:
    """Return a WSGI application that serves the files of ``target`` under ``/static/`` and passes others on.

    Hashed names are sent as immutable, in the smallest encoding that the browser accepts. With ``follow``
    files that are built later are found, too.
    """
    target.mkdir(parents=True, exist_ok=True)
    return WhiteNoise(
        application,
        root=str(target),
        prefix=PREFIX,
        autorefresh=follow,
        allow_all_origins=False,
        mimetypes=MEDIA_TYPES,
        add_headers_function=_add_headers,
        immutable_file_test=lambda _, url: HASHED.search(url) is not None,
    )


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below ``folder`` in sorted order, without hidden ones."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _join_styles(parts: list[Path]) -> bytes:
    return b"\n".join(path.read_bytes().strip() for path in parts) + b"\n"


def _join_scripts(parts: list[Path]) -> bytes:
    """Return the scripts as one, each in a block of its own, so that its names stay local.

    Indentation and comment lines are removed.
    """
    blocks = [b"{\n" + ONLY_FOR_AUTHORS.sub(b"", path.read_bytes()).strip() + b"\n}" for path in parts]
    return b"\n".join([b'"use strict";', *blocks]) + b"\n"


def _publish(path: Path, data: bytes) -> None:
    """Write ``data`` unless the file exists, together with those encodings that are smaller."""
    if path.exists():
        return
    if path.suffix in COMPRESSED:
        encodings = {".br": brotli.compress(data, quality=11), ".gz": gzip.compress(data, 9, mtime=0)}
        for suffix, packed in encodings.items():
            if len(packed) < len(data):
                _write(path.with_name(path.name + suffix), packed)
    _write(path, data)


def _write(path: Path, data: bytes) -> None:
    """Write a file by renaming a temporary one, so that no process reads an incomplete file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    Path(name).chmod(0o644)
    Path(name).replace(path)
