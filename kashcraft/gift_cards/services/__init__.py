"""Services of gift cards: issuing, charging, returning, refunding, actions of staff, and the e-mails.

Each runs in the caller's transaction. Cards are changed in the order of their ids, after stock and vouchers
and before points. The row count of a guarded UPDATE decides, and every change has a signed ledger row with a
unique key.
"""

from kashcraft.gift_cards.services.actions import Receiver, send_again, show_code
from kashcraft.gift_cards.services.emails import deliver_due, due_for_delivery, forget_codes, mark_sent
from kashcraft.gift_cards.services.issuing import NewCard, bulk_issue, issue, issue_line
from kashcraft.gift_cards.services.paying import charge, refund, return_payment
from kashcraft.gift_cards.services.upkeep import adjust, cancel, cancel_units, expire_due

__all__ = [
    "NewCard",
    "Receiver",
    "adjust",
    "bulk_issue",
    "cancel",
    "cancel_units",
    "charge",
    "deliver_due",
    "due_for_delivery",
    "expire_due",
    "forget_codes",
    "issue",
    "issue_line",
    "mark_sent",
    "refund",
    "return_payment",
    "send_again",
    "show_code",
]
