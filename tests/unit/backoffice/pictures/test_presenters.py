"""Tiles of pictures."""

from __future__ import annotations

from flask import Flask

from kashcraft.backoffice.pictures.presenters import sent_tile, shown_picture
from kashcraft.catalogue.queries.pictures import ListedPicture
from kashcraft.core.ids import ImageId, UploadId, new_id
from kashcraft.product_cards.rules import Picture
from kashcraft.uploads.models import Upload, UploadState


def test_a_sent_picture_is_in_progress_ready_or_refused(app: Flask) -> None:
    upload_id = UploadId(new_id())
    working = Upload(id=upload_id, name="a.png", progress=40, state=UploadState.WORKING)
    ready = Upload(
        id=upload_id, name="a.png", progress=100, state=UploadState.READY, picture="a-0 10x20 5 10"
    )
    with app.app_context():
        refused = Upload(
            id=upload_id, name="a", progress=0, state=UploadState.REFUSED, problem="upload_empty"
        )
        tiles = [sent_tile(one, None, replaces="A bowl") for one in (working, ready, refused)]
    assert [(one.in_progress, one.progress, one.problem, one.picture, one.replaces) for one in tiles] == [
        (True, 40, "", None, "A bowl"),
        (False, 100, "", Picture("a-0", 10, 20, (5, 10)), "A bowl"),
        (False, 0, "This file is empty.", None, "A bowl"),
    ]


def test_a_picture_is_shown_with_its_text() -> None:
    listed = ListedPicture(ImageId(new_id()), "a-0", "A bowl", 10, 20, (5, 10), ())
    assert shown_picture(listed) == Picture("a-0", 10, 20, (5, 10), "A bowl")
