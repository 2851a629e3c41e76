"""The form for a product file."""

from __future__ import annotations

from wtforms.widgets import FileInput

from kashcraft.core.fields import BooleanField, StringField
from kashcraft.core.forms import Form
from kashcraft.core.i18n import lazy_gettext as _l

# Texts for the refusals of the services, by code.
REFUSALS = {
    "file_empty": _l("Please choose a CSV file that is not empty."),
    "file_too_large": _l("At most %(megabytes)s MB. Please divide the file."),
}


class ImportForm(Form):
    """The file, which the view reads, and whether pictures are downloaded."""

    file = StringField(_l("CSV file"), widget=FileInput())
    pictures = BooleanField(_l("Download pictures from their web addresses"))
