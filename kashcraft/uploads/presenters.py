"""Texts about uploads."""

from __future__ import annotations

from collections.abc import Mapping

from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l

# Why a file is refused, at once or by the job.
REFUSALS: Mapping[str, LazyText] = {
    "upload_missing": _l("Please choose a picture."),
    "upload_empty": _l("This file is empty."),
    "upload_too_large": _l("This file is larger than 12 MB."),
    "upload_kind": _l("This file is not a JPEG, PNG, WebP, AVIF, GIF or TIFF picture."),
    "picture_too_large": _l("This picture is too large: at most 50 million pixels."),
    "picture_unreadable": _l("This file is damaged. Please save the picture again and send that file."),
    "picture_missing": _l("This file got lost. Please send it again."),
}


def refusal_text(code: str | None) -> str:
    """Return the text for the code of a refusal, an empty text without one."""
    return str(REFUSALS[code]) if code else ""
