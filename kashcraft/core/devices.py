"""Known devices: a signed cookie lists the accounts that have signed in with this browser.

The cookie gives no access. Known devices are exempt from limits that count the attempts of all visitors, so
that strangers cannot lock customers out of their accounts.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import Response

from kashcraft.core.cookies import DAY, Cookie
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.ids import new_token
from kashcraft.core.settings import installation
from kashcraft.core.signing import read_signed, sign

AGE = 365 * DAY
DEVICE = Cookie("device", days=365)
MOST_ACCOUNTS = 5


def known_device(email: str) -> str | None:
    """Return the name of this browser where the account of ``email`` has signed in with it, else None."""
    name, accounts = _read()
    return name if name and _mark(email) in accounts else None


def remember_device(response: Response, email: str) -> Response:
    """Add the account of ``email`` to the cookie of this browser; return the response."""
    name, accounts = _read()
    others = [account for account in accounts if account != _mark(email)]
    latest = [_mark(email), *others][:MOST_ACCOUNTS]
    return DEVICE.write(response, sign("device", [name or new_token(), latest]))


def _read() -> tuple[str, list[str]]:
    signed = read_signed("device", DEVICE.read(), max_age=AGE)
    return (signed[0], signed[1]) if signed else ("", [])


def _mark(email: str) -> str:
    """Return a keyed hash of the e-mail address, which does not reveal the address."""
    return hmac.new(
        f"device:{installation().secret_key}".encode(), normalized_address(email).encode(), hashlib.sha256
    ).hexdigest()[:20]
