"""Product files that were sent: their states."""

from __future__ import annotations

from collections.abc import Mapping

from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.product_csv.rules.imports import ImportState

# By state: its label, the state that colors its tag, and what it means.
STATES: Mapping[ImportState, tuple[LazyText, str, LazyText]] = {
    ImportState.CHECKING: (
        _l("Being checked"),
        "info",
        _l("The file is read and compared with the shop. Nothing is changed by that."),
    ),
    ImportState.CHECKED: (
        _l("Checked"),
        "warn",
        _l("This is what the import would change. Nothing was changed yet."),
    ),
    ImportState.REFUSED: (
        _l("Refused"),
        "bad",
        _l("Nothing was imported. Please correct these rows and send the file again."),
    ),
    ImportState.IMPORTING: (_l("Being imported"), "info", _l("The shop continues to sell.")),
    ImportState.IMPORTED: (_l("Imported"), "good", _l("The whole file was imported.")),
    ImportState.FAILED: (_l("Failed"), "bad", _l("Nothing was imported.")),
}
