"""The loyalty page of a member, its actions, and referral links.

It is part of the storefront because its ledger shows orders, which the loyalty package cannot import.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from kashcraft.core import clock, flash
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import fragment, go_to, page_or_fragment, wants_fragment
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import RewardId, new_id
from kashcraft.core.money import Money
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.core.settings import formats, settings
from kashcraft.extensions import limiter
from kashcraft.loyalty import presenters, queries, services
from kashcraft.loyalty.forms import BirthdayForm, ExchangeForm
from kashcraft.orders import queries as orders
from kashcraft.pricing.rules import spend_per_point

bp = Blueprint("loyalty", __name__)

LEDGER_SIZE = 10
NOTICES = {
    "joined_programme": _l("Welcome. Your first points are in your account."),
    "reward_exchanged": _l("The reward is yours. You can use it at checkout."),
    "upgrade_started": _l("Your upgrade has begun."),
    "birthday_kept": _l("Your birthday is saved."),
}
REFUSALS = {
    "points_short": _l("You have fewer points than this needs."),
    "offer_changed": _l("The price of this reward in points has changed. Please look at it again."),
    "already_yours": _l("You already have this. No points were spent."),
    "tier_too_low": _l("This reward is for a higher tier than yours."),
    "highest_tier": _l("You are in the highest tier already."),
    "reward_used": _l("This reward has been used."),
    "reward_expired": _l("This reward has expired."),
    "no_such_day": _l("This month has no such day."),
}
flash.register(NOTICES)


@bp.get("/account/loyalty")
@login_required
def show() -> ResponseReturnValue:
    """Show the loyalty card with tier, ledger, expiring points, rewards, and the referral link."""
    return _page()


@bp.post("/account/loyalty/join")
@login_required
def join() -> ResponseReturnValue:
    """Open a loyalty account for a customer who registered before the program existed."""
    user_id = current_user.id
    in_step(lambda: services.open_account(user_id=user_id))
    return _done("joined_programme")


@bp.post("/account/loyalty/rewards")
@login_required
@limiter.limit("60 per hour")
def exchange() -> ResponseReturnValue:
    """Exchange points for a reward; a repeated request has no effect."""
    form, user_id = ExchangeForm.from_request(), current_user.id
    if not form.validate():
        raise NotFound("no_offer")
    offer_id, key, cost = _uuid(form.offer_id.data), _uuid(form.key.data), form.cost.data
    sure = form.sure.data
    return _run_reward_action(
        lambda: services.exchange(user_id=user_id, offer_id=offer_id, key=key, seen_cost=cost, sure=sure),
        "reward_exchanged",
    )


@bp.post("/account/loyalty/rewards/<uuid:reward_id>/start")
@login_required
def start_upgrade(reward_id: RewardId) -> ResponseReturnValue:
    """Start an upgrade of the tier."""
    user_id = current_user.id
    return _run_reward_action(
        lambda: services.start_upgrade(reward_id=reward_id, user_id=user_id), "upgrade_started"
    )


@bp.post("/account/loyalty/birthday")
@login_required
def keep_birthday() -> ResponseReturnValue:
    """Store the birthday, on which the member receives points."""
    form, user_id = BirthdayForm.from_request(), current_user.id
    if form.validate():
        day, month = form.day.data or 0, form.month.data
        try:
            in_step(lambda: services.set_birthday(user_id=user_id, day=day, month=month))
        except NotFound:
            raise
        except DomainError as refusal:
            form.refuse(refusal, REFUSALS)
        else:
            return _done("birthday_kept")
    return _page(form, status=422)


@bp.get("/r/<code>")
def follow(code: str) -> ResponseReturnValue:
    """Redirect a visitor with a referral link to the registration form."""
    return redirect(url_for("accounts.register", ref=code[:16]), 302)


def _run_reward_action(work: Callable[[], object], notice: str) -> ResponseReturnValue:
    """Run an action on a reward in a step and return its response. Raises NotFound."""
    try:
        in_step(work)
    except NotFound:
        raise
    except DomainError as refusal:
        return _page(problem=str(REFUSALS[refusal.code]), status=422)
    return _done(notice)


def _page(form: BirthdayForm | None = None, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    context = {**_context(form), "problem": problem}
    return page_or_fragment("loyalty/show.html", "loyalty/_dashboard.html", status=status, **context)


def _done(notice: str) -> ResponseReturnValue:
    if wants_fragment():
        return fragment("loyalty/_dashboard.html", announce=str(NOTICES[notice]), **_context())
    return go_to(url_for("loyalty.show"), notice=notice)


def _context(form: BirthdayForm | None = None) -> dict[str, Any]:
    summary = queries.find_summary(current_user.id)
    if summary is None:
        return {"summary": None}
    membership = summary.membership
    referrals = queries.get_referral_summary(current_user.id)
    ledger = _ledger()
    return {
        "summary": summary,
        "now": clock.now(),
        "worth": _money(summary.worth),
        "perks": _perks(summary.tier),
        "next_tier": _next_tier(summary),
        "ledger": ledger,
        "numbers": orders.list_numbers({entry.order_id for entry in ledger.items if entry.order_id}),
        "expiring": queries.list_expiring(current_user.id),
        "offers": [(offer, new_id()) for offer in queries.list_offers(membership)],
        "held": queries.list_available_rewards(current_user.id),
        "referrals": referrals,
        "link": settings().base_url + url_for("loyalty.follow", code=referrals.code or ""),
        "form": form or BirthdayForm(day=membership.birth_day, month=membership.birth_month or 1),
        "words": presenters,
        "bonuses": settings(),
        "as_money": _money,
    }


def _next_tier(summary: queries.Summary) -> dict[str, Any] | None:
    if summary.progress is None:
        return None
    row = next(item for item in summary.membership.tiers if item.tier is summary.progress.tier)
    return {
        "name": row.name,
        "points": summary.progress.points_missing,
        "spend": _money(summary.progress.spend_missing),
        "spend_missing": summary.progress.spend_missing,
        "done": summary.progress.done_bp // 100,
        "perks": _perks(row),
    }


def _perks(row: queries.TierRow) -> list[str]:
    return presenters.perks(
        multiplier_bp=row.multiplier_bp,
        unit=formats().amount(_money(spend_per_point(settings().shop_currency))),
        birthday=row.birthday_points,
        shipping=row.free_shipping.value,
        shipping_from=formats().amount(_money(row.free_shipping_from)) if row.free_shipping_from else "",
        early=row.early_access,
        first=row.waitlist_first,
        formats=formats(),
    )


def _ledger() -> ListPage[queries.LedgerEntry]:
    number = page_number(request.args.get("page"))
    found, total = queries.list_entries(current_user.id, number=number, size=LEDGER_SIZE)
    if number > 1 and not found:
        raise NotFound("no_page")

    def address(page: int) -> str:
        return url_for("loyalty.show", page=page if page > 1 else None, _anchor="points")

    return ListPage(found, number, LEDGER_SIZE, total, address)


def _money(minor: int) -> Money:
    return Money(minor, settings().shop_currency)


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise NotFound("no_offer") from error
