"""The four forms of the box of codes, points and rewards, for whichever page shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, g, request
from flask_limiter import RequestLimit

from kashcraft.cart.views import code_box
from kashcraft.cart.views.blueprint import current_owner
from kashcraft.cart.views.code_box import FormOutcome
from kashcraft.core.ids import CartCodeId
from kashcraft.core.rate_limits import counts_only, too_often
from kashcraft.extensions import limiter
from kashcraft.pricing.rules import Quote

WRONG_CODES = "10 per 15 minutes"


@dataclass(frozen=True, slots=True)
class CodeForms:
    """The forms on a page that ``answered`` shows again, with what came of one; ``quoted`` is what the page
    then says that everything costs.
    """

    answered: Callable[[FormOutcome], Response]
    quoted: Callable[[], Quote | None]

    def register(self, bp: Blueprint) -> None:
        """Register the four routes on a blueprint.

        Nobody can try out codes: a wrong one counts, whatever page it comes from; a right one does not.
        """

        def add_code() -> Response:
            return self.add_code()

        # The limiter tells views apart by their names, and would count each page's codes for both.
        add_code.__qualname__ = f"{bp.name}.add_code"
        limited = limiter.shared_limit(WRONG_CODES, scope="codes", on_breach=self._breached)(add_code)
        bp.post("/codes")(counts_only(_was_unknown)(limited))
        bp.post("/codes/<uuid:code_id>/remove")(self.remove_code)
        bp.post("/points")(self.spend_points)
        bp.post("/reward")(self.choose_reward)

    def add_code(self) -> Response:
        """Take in a voucher's or a gift card's code."""
        outcome = code_box.enter_code(current_owner(), request.form.get("code", ""))
        g.unknown_code = outcome.is_unknown
        return self.answered(outcome)

    def remove_code(self, code_id: CartCodeId) -> Response:
        """Take a code out."""
        return self.answered(code_box.remove_code(current_owner(), code_id))

    def spend_points(self) -> Response:
        """Say how many points are to be spent; 0 spends none."""
        return self.answered(code_box.spend_points(current_owner(), request.form.get("points", "").strip()))

    def choose_reward(self) -> Response:
        """Say which reward is to be used; none without a name."""
        wanted = request.form.get("reward", "")
        return self.answered(code_box.choose_reward(current_owner(), wanted, self.quoted))

    def _breached(self, limit: RequestLimit) -> Response:
        """Show the box to who has tried too often, with the code as it was typed."""
        typed = code_box.shortened(request.form.get("code", ""))
        return self.answered(FormOutcome(field="code", error=too_often(limit), typed=typed, too_often=True))


def _was_unknown(_: Response) -> bool:
    return bool(g.get("unknown_code"))
