"""The forms of the code box (codes, points, rewards) in the cart and at checkout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from kashcraft.cart import services
from kashcraft.cart.rules import Owner
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.i18n import gettext, ngettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import CartCodeId, RewardId
from kashcraft.core.money import Money
from kashcraft.core.settings import formats
from kashcraft.pricing.rules import Quote

MAX_CODE_LENGTH = 60
MAX_POINTS = 10**9
UNKNOWN = _l("We do not know this code. Please check its letters and digits.")
REFUSALS = {
    "code_missing": _l("Please enter a code."),
    "code_unknown": UNKNOWN,
    "reward_gone": _l("This reward can no longer be used."),
    "not_a_member": _l("Please sign in to use points and rewards."),
    "empty_cart": _l("Your bag is empty."),
}
# Refusals that carry their own text.
WITH_REASON = {"code_refused", "too_many_cards", "points_refused", "reward_refused"}


@dataclass(frozen=True, slots=True)
class FormOutcome:
    """The result of a form of the code box: a ``message``, or an ``error`` of ``field`` with what was
    ``typed``.

    ``is_unknown`` is True for a code that does not exist.
    """

    message: str = ""
    field: str = ""
    error: str = ""
    typed: str = ""
    too_often: bool = False
    is_unknown: bool = False

    @property
    def status(self) -> int:
        """Return the HTTP status of the response."""
        if self.too_often:
            return 429
        return 422 if self.error else 200

    def error_of(self, field: str) -> str:
        """Return the error of a field, empty without one."""
        return self.error if self.field == field else ""

    def typed_into(self, field: str) -> str:
        """Return what was typed into a refused field, empty for other fields."""
        return self.typed if self.field == field else ""


def shorten_code(typed: str) -> str:
    """Return the part of a typed code that is checked and shown again."""
    return typed.strip()[:MAX_CODE_LENGTH]


def enter_code(owner: Owner, typed: str) -> FormOutcome:
    """Apply the code of a voucher or gift card."""
    code = shorten_code(typed)

    def work() -> str:
        entered = services.enter_code(owner=owner, code=code)
        if not entered.used:
            return entered.text
        if not entered.text:
            return gettext("%(name)s applied.", name=entered.name)
        texts = {"name": entered.name, "effect": entered.text}
        if entered.instead_of:
            return gettext(
                "%(name)s applied: %(effect)s. %(other)s removed.", other=entered.instead_of, **texts
            )
        return gettext("%(name)s applied: %(effect)s.", **texts)

    return _outcome(work, "code", code)


def remove_code(owner: Owner, code_id: CartCodeId) -> FormOutcome:
    """Remove a code."""

    def work() -> str:
        return gettext("%(name)s removed.", name=services.remove_code(owner=owner, code_id=code_id))

    return _outcome(work, "code")


def spend_points(owner: Owner, typed: str) -> FormOutcome:
    """Apply points; an empty field applies none."""
    points = _parse_points(typed)
    if points is None:
        return FormOutcome(field="points", error=gettext("Please enter a whole number."), typed=typed[:20])

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


def _parse_points(typed: str) -> int | None:
    """Return the typed number of points, 0 for an empty field, None for anything but a valid number."""
    try:
        points = formats().parse_whole(typed or "0")
    except ValueError:
        return None
    return points if 0 <= points < MAX_POINTS else None


def choose_reward(owner: Owner, wanted: str, quoted: Callable[[], Quote | None]) -> FormOutcome:
    """Apply a reward by its id, none for an empty id.

    ``quoted`` returns the quote that is shown afterwards.
    """

    def work() -> str:
        chosen = RewardId(UUID(wanted)) if wanted else None
        name = services.choose_reward(owner=owner, reward_id=chosen, quoted=quoted)
        return gettext("%(name)s applied.", name=name) if name else gettext("No reward used.")

    try:
        return _outcome(work, "reward", wanted)
    except ValueError:
        return FormOutcome(field="reward", error=str(REFUSALS["reward_gone"]))


def _outcome(work: Callable[[], str], field: str, typed: str = "") -> FormOutcome:
    try:
        return FormOutcome(message=in_step(work))
    except DomainError as refusal:
        if refusal.code not in (*REFUSALS, *WITH_REASON):
            raise
        error = refusal.details["reason"] if refusal.code in WITH_REASON else str(REFUSALS[refusal.code])
        unknown = refusal.code == "code_unknown"
        return FormOutcome(field=refusal.field or field, error=error, typed=typed, is_unknown=unknown)
