"""The four forms of the code box, for the pages of cart and checkout."""

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
    """The forms on a page that ``respond`` shows with the result.

    ``get_quote`` returns the quote of that page.
    """

    respond: Callable[[FormOutcome], Response]
    get_quote: Callable[[], Quote | None]

    def register(self, bp: Blueprint) -> None:
        """Register the four routes on a blueprint.

        Unknown codes are limited across all pages, so that codes cannot be guessed; valid codes do not count.
        """

        def add_code() -> Response:
            return self.add_code()

        # The limiter identifies views by name; equal names would count the codes of both pages twice.
        add_code.__qualname__ = f"{bp.name}.add_code"
        limited = limiter.shared_limit(WRONG_CODES, scope="codes", on_breach=self._breached)(add_code)
        bp.post("/codes")(counts_only(_was_unknown)(limited))
        bp.post("/codes/<uuid:code_id>/remove")(self.remove_code)
        bp.post("/points")(self.spend_points)
        bp.post("/reward")(self.choose_reward)

    def add_code(self) -> Response:
        """Apply the code of a voucher or gift card."""
        outcome = code_box.enter_code(current_owner(), request.form.get("code", ""))
        g.unknown_code = outcome.is_unknown
        return self.respond(outcome)

    def remove_code(self, code_id: CartCodeId) -> Response:
        """Remove a code."""
        return self.respond(code_box.remove_code(current_owner(), code_id))

    def spend_points(self) -> Response:
        """Set how many points to spend; 0 spends none."""
        return self.respond(code_box.spend_points(current_owner(), request.form.get("points", "").strip()))

    def choose_reward(self) -> Response:
        """Set which reward to use; an empty value uses none."""
        wanted = request.form.get("reward", "")
        return self.respond(code_box.choose_reward(current_owner(), wanted, self.get_quote))

    def _breached(self, limit: RequestLimit) -> Response:
        """Show the code box with the code as it was typed after too many attempts."""
        typed = code_box.shorten_code(request.form.get("code", ""))
        return self.respond(FormOutcome(field="code", error=too_often(limit), typed=typed, too_often=True))


def _was_unknown(_: Response) -> bool:
    return bool(g.get("unknown_code"))
