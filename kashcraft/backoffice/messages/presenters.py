"""What each message is about."""

from __future__ import annotations

from kashcraft.core.i18n import lazy_gettext as _l

# What an e-mail is about, by the name of its template.
MESSAGES = {
    "account_exists": _l("Account exists already"),
    "books_differ": _l("Books that differ"),
    "confirm_email": _l("Confirm an e-mail address"),
    "gift_card": _l("Gift card"),
    "low_stock": _l("Stock that runs low"),
    "order_confirmation": _l("Order confirmation"),
    "order_refunded": _l("Refund"),
    "password_reset": _l("New password"),
    "payment_failed": _l("Payment that failed"),
    "points_expiring": _l("Points that expire"),
    "return_approved": _l("Return approved"),
    "return_refused": _l("Return refused"),
    "return_requested": _l("Return requested"),
    "tier_changed": _l("Change of tier"),
}
