"""The forms of a product's pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms.widgets import CheckboxInput, ListWidget

from kashcraft.core.fields import SelectMultipleField
from kashcraft.core.forms import Form, Text, VersionField
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ImageId, ProductId, UploadId
from kashcraft.uploads.forms import FilesForm, PicturesField

LONGEST_ALT = 512
REFUSALS = {
    "picture_changed_since": _l("This picture was changed in the meantime. Please check it, and save again."),
    "choice_of_another_product": _l("A variant is no longer one of this product."),
}


class SendPicturesForm(FilesForm):
    """Pictures for a product."""

    pictures = PicturesField(_l("Pictures"))

    @staticmethod
    def prefix_of(image_id: ImageId | None) -> str:
        """Return the prefix of the fields of the form that replaces a picture, empty for new ones."""
        return f"replace-{image_id.hex}-" if image_id else ""


class PictureTextForm(Form):
    """The text of a new picture."""

    alt = Text(
        _l("What the picture shows"),
        maximum=LONGEST_ALT,
        missing=_l("Please describe the picture in a few words."),
    )

    @staticmethod
    def prefix_of(upload_id: UploadId) -> str:
        """Return the prefix of the fields of an upload, because a page has many of these forms."""
        return f"new-{upload_id.hex}-"


class EditPictureForm(PictureTextForm):
    """The text of a picture and the variants that it shows; ``variants`` are those to choose from."""

    variants = SelectMultipleField(
        _l("Variants that it shows"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    version = VersionField()

    def __init__(
        self,
        sent: MultiDict[str, str] | None = None,
        *,
        image_id: ImageId,
        variants: Sequence[tuple[str, str]],
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(formdata=sent, prefix=f"picture-{image_id.hex}-", data=data)
        self.variants.choices = list(variants)

    @property
    def variant_ids(self) -> list[ProductId]:
        """Return the selected variants."""
        return [ProductId(UUID(one)) for one in self.variants.data or ()]
