"""Product pictures, cacheable forever: their names change with their contents."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, abort, send_from_directory

from kashcraft.core.settings import installation

bp = Blueprint("catalogue", __name__)

MEDIA_TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg"}


@bp.get("/media/<path:name>")
def media(name: str) -> Response:
    """Send a picture from the media folder, and no other file."""
    kind = MEDIA_TYPES.get(PurePosixPath(name).suffix)
    if kind is None or name.startswith(".") or "/." in name:
        abort(404)
    response = send_from_directory(
        installation().media_path.resolve(), name, mimetype=kind, max_age=365 * 24 * 3600
    )
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response
