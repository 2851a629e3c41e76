"""What is posted from the box of codes, points and rewards, wherever it stands: in the bag or at checkout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, g, request
from flask_limiter import RequestLimit

from kashcraft.cart import services
from kashcraft.cart.rules import Owner
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.i18n import gettext, ngettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import RewardId
from kashcraft.core.limits import counts_only, too_often
from kashcraft.core.money import Money
from kashcraft.core.settings import formats
from kashcraft.extensions import limiter
from kashcraft.pricing.rules import Quote

LONGEST_CODE = 60
MOST_POINTS = 10**9
UNKNOWN = _l("We do not know this code. Please check its letters and digits.")
REFUSALS = {
    "code_missing": _l("Please enter a code."),
    "code_unknown": UNKNOWN,
    "reward_gone": _l("This reward can no longer be used."),
    "not_a_member": _l("Please sign in to use points and rewards."),
    "empty_cart": _l("Your bag is empty."),
}
# Refusals that say themselves why.
WITH_REASON = {"code_refused", "too_many_cards", "points_refused", "reward_refused"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a form of the box: what to say of it, or what stands beside ``field``, with ``typed``."""

    said: str = ""
    field: str = ""
    error: str = ""
    typed: str = ""
    too_often: bool = False

    @property
    def status(self) -> int:
        """Return the status of an answer that shows it."""
        if self.too_often:
            return 429
        return 422 if self.error else 200

    def error_of(self, field: str) -> str:
        """Return what stands beside a field."""
        return self.error if self.field == field else ""

    def typed_in(self, field: str) -> str:
        """Return what was typed into a field that was refused."""
        return self.typed if self.field == field else ""


def enter_code(owner: Owner) -> Outcome:
    """Take in the posted code."""
    typed = request.form.get("code", "").strip()

    def work() -> str:
        entered = services.enter_code(owner=owner, code=typed[:LONGEST_CODE])
        if not entered.used:
            return entered.text
        if not entered.text:
            return gettext("%(name)s applied.", name=entered.name)
        told = {"name": entered.name, "effect": entered.text}
        if entered.instead_of:
            return gettext(
                "%(name)s applied: %(effect)s. %(other)s removed.", other=entered.instead_of, **told
            )
        return gettext("%(name)s applied: %(effect)s.", **told)

    return _outcome(work, "code", typed[:LONGEST_CODE])


def remove_code(owner: Owner, code_id: UUID) -> Outcome:
    """Take a code out."""

    def work() -> str:
        return gettext("%(name)s removed.", name=services.remove_code(owner=owner, code_id=code_id))

    return _outcome(work, "code")


def spend_points(owner: Owner) -> Outcome:
    """Take in how many points are to be spent."""
    typed = request.form.get("points", "").strip()
    points = _whole(typed)
    if points is None:
        return Outcome(field="points", error=gettext("Please enter a whole number."), typed=typed[:20])

    def work() -> str:
        spent = services.spend_points(owner=owner, points=points)
        if not spent.points:
            return gettext("No points used.")
        return ngettext(
            "%(num)s point applied (%(amount)s off).",
            "%(num)s points applied (%(amount)s off).",
            spent.points,
            num=formats().number(spent.points),
            amount=formats().amount(Money(spent.discount, spent.currency)),
        )

    return _outcome(work, "points", typed)


def _whole(typed: str) -> int | None:
    """Return the points that somebody typed, none for an empty field; None where it is no number of them."""
    try:
        points = formats().parse_whole(typed or "0")
    except ValueError:
        return None
    return points if 0 <= points < MOST_POINTS else None


def choose_reward(owner: Owner, quoted: Callable[[], Quote | None]) -> Outcome:
    """Take in which reward is to be used; ``quoted`` returns what is shown then."""
    wanted = request.form.get("reward", "")

    def work() -> str:
        chosen = RewardId(RewardId(RewardId(UUID(wanted)))) if wanted else None
        name = services.choose_reward(owner=owner, reward_id=chosen, quoted=quoted)
        return gettext("%(name)s applied.", name=name) if name else gettext("No reward used.")

    try:
        return _outcome(work, "reward", wanted)
    except ValueError:
        return Outcome(field="reward", error=str(REFUSALS["reward_gone"]))


def limit_wrong_codes(answered: Callable[[Outcome], Response]) -> Any:
    """Let nobody try out codes: a wrong one counts, whatever page it comes from; a right one does not.

    ``answered`` shows the box to who has tried too often, with the code as it was typed.
    """

    def refused(limit: RequestLimit) -> Response:
        typed = request.form.get("code", "").strip()[:LONGEST_CODE]
        return answered(Outcome(field="code", error=too_often(limit), typed=typed, too_often=True))

    def decorate(view: Any) -> Any:
        limited = limiter.shared_limit("10 per 15 minutes", scope="codes", on_breach=refused)(view)
        return counts_only(_was_wrong)(limited)

    return decorate


def _was_wrong(_: Response) -> bool:
    return bool(g.get("wrong_code"))


def _outcome(work: Callable[[], str], field: str, typed: str = "") -> Outcome:
    try:
        return Outcome(said=in_step(work))
    except DomainError as refusal:
        if refusal.code not in (*REFUSALS, *WITH_REASON):
            raise
        g.wrong_code = refusal.code == "code_unknown"
        error = refusal.details["reason"] if refusal.code in WITH_REASON else str(REFUSALS[refusal.code])
        return Outcome(field=refusal.field or field, error=error, typed=typed)
