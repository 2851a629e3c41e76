"""Forms with pictures."""

from __future__ import annotations

from typing import Self

from flask import request
from werkzeug.datastructures import CombinedMultiDict, FileStorage
from wtforms.validators import StopValidation

from kashcraft.core.fields import MultipleFileField
from kashcraft.core.forms import Form
from kashcraft.core.i18n import LazyText
from kashcraft.uploads.presenters import REFUSALS
from kashcraft.uploads.rules.files import PictureKind

ACCEPT = ",".join(f"image/{kind.value}" for kind in PictureKind)


class FilesForm(Form):
    """A form that is filled from the fields and the files of the current request."""

    @classmethod
    def from_files(cls, *, prefix: str = "") -> Self:
        """Return the form with the files and the data of the request's body."""
        return cls(CombinedMultiDict([request.files, request.form]), prefix=prefix)


class PicturesField(MultipleFileField):
    """One or more pictures. ``files`` are those that were chosen; a form without any is refused."""

    def __init__(self, label: str | LazyText, **options: object) -> None:
        options.setdefault("render_kw", {"accept": ACCEPT})
        super().__init__(label, **options)

    @property
    def files(self) -> list[FileStorage]:
        """Return the chosen files; a field without one is sent as a file without a name."""
        return [one for one in self.data or () if isinstance(one, FileStorage) and one.filename]

    def pre_validate(self, form: object) -> None:
        """Refuse a form without pictures."""
        if not self.files:
            raise StopValidation(str(REFUSALS["upload_missing"]))
