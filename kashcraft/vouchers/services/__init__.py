"""Services of vouchers: changes by staff, codes in bulk, and claiming and releasing a use.

Each runs in the caller's transaction. A use is claimed after the stock, and before gift cards and points.
"""

from kashcraft.vouchers.services.claims import assign_guest_uses, claim, release
from kashcraft.vouchers.services.codes import issue_codes
from kashcraft.vouchers.services.terms import create_voucher, switch, switch_several, update_voucher

__all__ = [
    "assign_guest_uses",
    "claim",
    "create_voucher",
    "issue_codes",
    "release",
    "switch",
    "switch_several",
    "update_voucher",
]
