"""Labels of the states and reasons of returns."""

from __future__ import annotations

from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.orders.rules import ReturnReason, ReturnState

RETURN_REASONS = {
    ReturnReason.DAMAGED: _l("It arrived damaged"),
    ReturnReason.WRONG_ITEM: _l("It is not what I ordered"),
    ReturnReason.NOT_AS_SHOWN: _l("It looks different from the pictures"),
    ReturnReason.DOES_NOT_FIT: _l("It does not fit"),
    ReturnReason.CHANGED_MIND: _l("I changed my mind"),
}
RETURN_LABELS = {
    ReturnState.REQUESTED: (_l("Return requested"), "current"),
    ReturnState.APPROVED: (_l("Return approved"), "current"),
    ReturnState.RECEIVED: (_l("Return received"), "done"),
    ReturnState.REFUSED: (_l("Return not possible"), "failed"),
}
