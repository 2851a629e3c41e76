"""A member as staff see them: standing, ledger, lots, rewards, friends; and what staff do for them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts import queries as accounts
from kashcraft.backoffice.loyalty.forms import (
    REFUSALS,
    AdjustPointsForm,
    GrantForm,
    midnight,
    shown_prize,
)
from kashcraft.backoffice.loyalty.views.pages import checked_piece, words
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.core import clock, flash
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId, UserId, new_id, new_token
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.core.settings import settings
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import ReferralState, RewardStatus
from kashcraft.orders import queries as orders

LEDGER_SIZE = 20
KEY_LENGTH = 32
flash.register(
    {
        "points_adjusted": _l("The points are corrected. The member sees it with its reason."),
        "reward_granted": _l("The reward is theirs."),
    }
)
STATES = {
    RewardStatus.AVAILABLE: (_l("To be used"), "good"),
    RewardStatus.REDEEMED: (_l("Used"), "info"),
    RewardStatus.EXPIRED: (_l("Expired"), "muted"),
}
REFERRALS = {
    ReferralState.INVITED: _l("Opened an account"),
    ReferralState.JOINED: _l("Signed in"),
    ReferralState.REWARDED: _l("Bought, both got their points"),
    ReferralState.VOID: _l("Does not count: the same mailbox"),
}


@bp.get("/loyalty/members/<uuid:user_id>")
@requires(Permission.VIEW_MEMBERS)
def member(user_id: UserId) -> ResponseReturnValue:
    """Show a member."""
    return _page(user_id)


@bp.post("/loyalty/members/<uuid:user_id>/points")
@requires(Permission.SUPPORT_MEMBERS)
def adjust_points(user_id: UserId) -> ResponseReturnValue:
    """Add points or take some away, once however often the form is sent."""
    form, actor_id = AdjustPointsForm.from_request(), current_user.id
    if not form.validate():
        return _page(user_id, adjust=form, status=422)
    work: dict[str, Any] = {
        "points": form.points.data or 0,
        "reason": form.reason.data or "",
        "key": form.key.data or "",
    }
    try:
        in_step(lambda: services.adjust(user_id=user_id, actor_id=actor_id, **work))
    except NotFound:
        raise
    except DomainError as refusal:
        form.refuse(DomainError(refusal.code, field=refusal.field or "points", **refusal.details), REFUSALS)
        return _page(user_id, adjust=form, status=422)
    return go_to(url_for("backoffice.member", user_id=user_id, _anchor="ledger"), notice="points_adjusted")


@bp.post("/loyalty/members/<uuid:user_id>/rewards")
@requires(Permission.SUPPORT_MEMBERS)
def grant_reward(user_id: UserId) -> ResponseReturnValue:
    """Give a reward for nothing, once however often the form is sent."""
    form = GrantForm.from_request(currency=settings().shop_currency)
    product_id = checked_piece(form)
    if form.errors:
        return _page(user_id, grant=form, status=422)
    work = _given(form, product_id)
    try:
        in_step(lambda: services.grant_reward(user_id=user_id, **work))
    except NotFound:
        raise
    except DomainError as refusal:
        form.refuse(refusal, REFUSALS)
        return _page(user_id, grant=form, status=422)
    return go_to(url_for("backoffice.member", user_id=user_id, _anchor="rewards"), notice="reward_granted")


def _given(form: GrantForm, product_id: ProductId | None) -> dict[str, Any]:
    """Return what the form gives, why, and by whom."""
    return {
        "prize": form.terms(product_id),
        "expires_at": midnight(form.last_day.data, settings().zone, after=1),
        "reason": form.why.data,
        "key": form.act,
        "actor_id": current_user.id,
    }


def _page(
    user_id: UserId,
    *,
    adjust: AdjustPointsForm | None = None,
    grant: GrantForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    summary, user = queries.find_summary(user_id), accounts.find_user(user_id)
    if summary is None or user is None:
        raise NotFound("no_member", user_id=str(user_id))
    ledger = _ledger(user_id)
    rewards = queries.list_rewards_of_member(user_id)
    named = [row.order_id for row in ledger.items] + [row.order_id for row in rewards]
    context = {
        "user": user,
        "summary": summary,
        "ledger": ledger,
        "lots": queries.list_open_lots(user_id),
        "rewards": rewards,
        "numbers": orders.list_numbers({order_id for order_id in named if order_id}),
        "friends": queries.list_referred_friends(user_id),
        "referrer": queries.find_referrer(user_id),
        "offers": queries.list_all_offers(),
        "adjust": adjust or AdjustPointsForm(data={"key": new_token()[:KEY_LENGTH]}),
        "grant": grant or _grant_form(),
        "birthday": _birthday(summary.membership),
        "lifted": bool(
            summary.membership.tier_lift_until and summary.membership.tier_lift_until > clock.now()
        ),
        "states": STATES,
        "referral_words": REFERRALS,
        **words(),
    }
    return make_response(render_template("backoffice/customers/member.html", **context), status)


def _birthday(standing: queries.Membership) -> date | None:
    """Return the birthday in a year that has all days, or None where it is not known."""
    day, month = standing.birth_day, standing.birth_month
    return date(2000, month, day) if month and day else None


def _grant_form() -> GrantForm:
    """Return the form of a reward, filled like the offer that the address names, if it names one."""
    currency = settings().shop_currency
    filled: dict[str, object] = {"key": str(new_id())}
    like = request.args.get("like", type=UUID)
    offer = queries.find_offer(like) if like else None
    if offer is not None:
        filled |= shown_prize(offer, queries.get_sku(offer.product_id), currency)
    return GrantForm(data=filled, currency=currency)


def _ledger(user_id: UserId) -> ListPage[queries.LedgerEntry]:
    number = page_number(request.args.get("page"))
    rows, total = queries.list_entries(user_id, number=number, size=LEDGER_SIZE)
    if number > 1 and not rows:
        raise NotFound("no_page")

    def address(to: int) -> str:
        return url_for("backoffice.member", user_id=user_id, page=to, _anchor="ledger")

    return ListPage(rows, number, LEDGER_SIZE, total, address)
