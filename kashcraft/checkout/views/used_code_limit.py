"""Limits how often the order button reveals that a guest's e-mail address has used a code.

A guest could type the address of another person and learn whether that person has used a code. Codes with a
limit per customer need this answer, so it is given a few times per hour. After that such codes are withheld
from guests, whether they were used or not.
"""

from __future__ import annotations

from hashlib import sha256

from limits import RateLimitItem, parse

from kashcraft.cart.rules import Owner
from kashcraft.core.rate_limits import give_back, reserve
from kashcraft.core.security import visitor_network
from kashcraft.extensions import limiter

# Refusals reveal that an address has used a code; accepted vouchers reveal that it has not.
REVEALED = parse("5 per hour")
ACCEPTED = parse("60 per hour")


class UsedCodeLimit:
    """The limit for one press of the order button.

    It is reserved first and released where nothing was revealed.
    """

    def __init__(self, owner: Owner) -> None:
        self.is_guest = owner.user_id is None
        network = visitor_network()
        session = sha256((owner.token or "").encode()).hexdigest()[:32]
        self._revealed = [(REVEALED, ("codes told", network)), (REVEALED, ("codes told", session))]
        self._accepted = [(ACCEPTED, ("codes taken", network))]
        self._counted: list[tuple[RateLimitItem, tuple[str, ...]]] = []
        self.withheld = False
        if self.is_guest and limiter.enabled:
            self._counted = [*self._revealed, *self._accepted]
            self.withheld = not reserve(limiter, self._counted)
            if self.withheld:
                self._counted = []

    def end(self, *, revealed: bool = False, accepted: bool = False) -> None:
        """Release the reserved limits, except those of what the response reveals.

        ``revealed`` is True if the response says that the address has used a code. ``accepted`` is True if
        the order uses a voucher or would use it.
        """
        retained = (self._revealed if revealed else []) + (self._accepted if accepted else [])
        give_back(limiter, [one for one in self._counted if one not in retained])
        self._counted = []
