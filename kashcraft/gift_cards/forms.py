"""Forms about gift cards."""

from __future__ import annotations

from kashcraft.core.forms import Form, Text
from kashcraft.core.i18n import lazy_gettext as _l


class BalanceForm(Form):
    """The code of the card whose balance is requested."""

    code = Text(_l("Gift card code"), maximum=60, missing=_l("Please enter the code of your gift card."))
