"""Open uploads are those that nobody has taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kashcraft.core.db import in_step
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import UploadId, new_id
from kashcraft.uploads.queries import get_upload, list_open_uploads
from tests.factories.rows import NOW, add_row


def test_open_uploads_of_some_objects_in_their_order(database: Flask) -> None:
    def add() -> None:
        for place, subject in enumerate(("product:bowl", "image:1", "product:vase")):
            add_row("uploads", subject=subject, created_at=NOW - timedelta(minutes=place))
        taken = {"state": "ready", "picture": "bowl-x 10x10 10", "attached_at": NOW}
        add_row("uploads", subject="product:bowl", **taken)

    in_step(add)

    found = list_open_uploads(["product:bowl", "image:1"])

    assert [(one.subject, one.in_progress, one.stored) for one in found] == [
        ("image:1", True, None),
        ("product:bowl", True, None),
    ]
    assert get_upload(found[0].id).subject == "image:1"
    with pytest.raises(NotFound):
        get_upload(UploadId(new_id()))
