"""Fields of one picture have names of their own."""

from __future__ import annotations

from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.pictures.forms import EditPictureForm, PictureTextForm, SendPicturesForm
from kashcraft.core.ids import ImageId, ProductId, UploadId, new_id


def test_prefixes_name_the_picture(app: Flask) -> None:
    one = new_id()
    assert SendPicturesForm.prefix_of(None) == ""
    assert SendPicturesForm.prefix_of(ImageId(one)) == f"replace-{one.hex}-"
    assert PictureTextForm.prefix_of(UploadId(one)) == f"new-{one.hex}-"


def test_only_known_variants_can_be_selected(app: Flask) -> None:
    image_id, small, strange = ImageId(new_id()), ProductId(new_id()), new_id()
    for chosen, valid in (([small], True), ([], True), ([strange], False)):
        sent = MultiDict([(f"picture-{image_id.hex}-variants", str(one)) for one in chosen])
        sent.add(f"picture-{image_id.hex}-alt", "A")
        with app.app_context():
            form = EditPictureForm(sent, image_id=image_id, variants=[(str(small), "S")])
            assert form.validate() is valid
    assert form.variant_ids == [strange]
