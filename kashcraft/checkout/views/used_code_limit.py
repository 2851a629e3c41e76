"""How often the order button may tell a guest that an e-mail address has used a code before.

Whoever types somebody else's address hears so, too, which cannot be helped while a code is for once per
customer. It is told a few times an hour; after that such codes are withheld from guests, used or not.
"""

from __future__ import annotations

from hashlib import sha256

from limits import RateLimitItem, parse

from kashcraft.cart.rules import Owner
from kashcraft.core.rate_limits import give_back, reserve
from kashcraft.core.security import visitor_network
from kashcraft.extensions import limiter

# Answers which tell that an address has used a code, and those with a voucher, which tell the opposite.
TOLD = parse("5 per hour")
TAKEN = parse("60 per hour")


class UsedCodeLimit:
    """One press of the order button: counted before anything is looked up, taken back where nothing was
    told.
    """

    def __init__(self, owner: Owner) -> None:
        self.is_guest = owner.user_id is None
        network = visitor_network()
        session = sha256((owner.token or "").encode()).hexdigest()[:32]
        self._told = [(TOLD, ("codes told", network)), (TOLD, ("codes told", session))]
        self._taken = [(TAKEN, ("codes taken", network))]
        self._counted: list[tuple[RateLimitItem, tuple[str, ...]]] = []
        self.withheld = False
        if self.is_guest and limiter.enabled:
            self._counted = [*self._told, *self._taken]
            self.withheld = not reserve(limiter, self._counted)
            if self.withheld:
                self._counted = []

    def end(self, *, told: bool = False, taken: bool = False) -> None:
        """Take back what need not stay counted: unless it was ``told`` that the address has used a code, or
        the order has ``taken`` one or would.
        """
        kept = (self._told if told else []) + (self._taken if taken else [])
        give_back(limiter, [one for one in self._counted if one not in kept])
        self._counted = []
