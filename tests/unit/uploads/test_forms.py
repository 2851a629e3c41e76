"""A form with pictures takes the files that were chosen, and is refused without any."""

from __future__ import annotations

import io

from flask import Flask

from kashcraft.uploads.forms import FilesForm, PicturesField


class PhotoForm(FilesForm):
    """A form with pictures and nothing else."""

    pictures = PicturesField("Pictures")


def test_files_are_read_from_the_request(app: Flask) -> None:
    sent = {"pictures": [(io.BytesIO(b"a"), "a.png"), (io.BytesIO(b""), "")]}
    with app.test_request_context("/", method="POST", data=sent):
        form = PhotoForm.from_files()
        assert form.validate() is True
        assert [one.filename for one in form.pictures.files] == ["a.png"]
        accepted = 'accept="image/jpeg,image/png,image/webp,image/avif,image/gif,image/tiff"'
        assert accepted in str(form.pictures())


def test_a_form_without_files_is_refused(app: Flask) -> None:
    for sent in ({}, {"pictures": "a text"}):
        with app.test_request_context("/", method="POST", data=sent):
            form = PhotoForm.from_files()
            assert (form.validate(), form.pictures.errors) == (False, ["Please choose a picture."])
