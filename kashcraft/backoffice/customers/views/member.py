"""One member: points, rewards, friends and orders, with the changes that staff can make."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts import queries as accounts
from kashcraft.backoffice.customers.presenters.member import (
    REFERRALS,
    REWARDS,
    missing_text,
    requirement_text,
)
from kashcraft.backoffice.loyalty.forms import REFUSALS, AdjustPointsForm, GrantForm, shown_prize
from kashcraft.backoffice.loyalty.views.pages import checked_product, words
from kashcraft.backoffice.rules import Permission, may
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt
from kashcraft.core import clock, flash
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import UserId, new_id, new_token
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.core.settings import formats, settings
from kashcraft.loyalty import queries, services
from kashcraft.orders import presenters as order_texts
from kashcraft.orders import queries as orders

LEDGER_SIZE, ORDERS_SIZE = 20, 10
KEY_LENGTH = 32
flash.register(
    {
        "points_adjusted": _l("Points corrected. The member can read the reason."),
        "reward_granted": _l("Reward given."),
    }
)


@bp.get("/loyalty/members/<uuid:user_id>")
@requires(Permission.VIEW_MEMBERS)
def member(user_id: UserId) -> ResponseReturnValue:
    """Show a member."""
    return _page(user_id)


@bp.post("/loyalty/members/<uuid:user_id>/points")
@requires(Permission.SUPPORT_MEMBERS)
def adjust_points(user_id: UserId) -> ResponseReturnValue:
    """Add or subtract points, once however often the form is sent."""
    form = AdjustPointsForm.from_request()
    if not form.validate() or not _adjust(user_id, form):
        return _page(user_id, adjust=form, status=422)
    return go_to(url_for("backoffice.member", user_id=user_id, _anchor="ledger"), notice="points_adjusted")


@bp.post("/loyalty/members/<uuid:user_id>/rewards")
@requires(Permission.SUPPORT_MEMBERS)
def grant_reward(user_id: UserId) -> ResponseReturnValue:
    """Give a reward without points, once however often the form is sent."""
    form = GrantForm.from_request(currency=settings().shop_currency)
    if not _grant(user_id, form):
        return _page(user_id, grant=form, status=422)
    return go_to(url_for("backoffice.member", user_id=user_id, _anchor="rewards"), notice="reward_granted")


def _adjust(user_id: UserId, form: AdjustPointsForm) -> bool:
    points, reason, key = form.points.data or 0, form.reason.data or "", form.key.data or ""
    actor_id = current_user.id
    attempt(
        lambda: services.adjust(user_id=user_id, points=points, reason=reason, key=key, actor_id=actor_id),
        form,
        REFUSALS,
        field="points",
    )
    return not form.errors


def _grant(user_id: UserId, form: GrantForm) -> bool:
    product_id = checked_product(form)
    if form.errors:
        return False
    prize, expires_at, actor_id = form.terms(product_id), form.last_day.ends(settings().zone), current_user.id
    reason, key = form.why.data, form.reward_id
    attempt(
        lambda: services.grant_reward(
            user_id=user_id, prize=prize, expires_at=expires_at, reason=reason, key=key, actor_id=actor_id
        ),
        form,
        REFUSALS,
    )
    return not form.errors


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
    context = {
        "user": user,
        "summary": summary,
        "lots": queries.list_open_lots(user_id),
        "friends": queries.list_referred_friends(user_id),
        "referrer": queries.find_referrer(user_id),
        "offers": queries.list_all_offers(),
        "adjust": adjust or AdjustPointsForm(data={"key": new_token()[:KEY_LENGTH]}),
        "grant": grant or _grant_form(),
        "birthday": _birthday(summary.membership),
        "raised_until": _raised_until(summary.membership),
        "tier_texts": _tier_texts(summary),
        "rewards_by_status": REWARDS,
        "referrals_by_state": REFERRALS,
        **_history(user_id),
        **_orders(user_id),
        **words(),
    }
    return make_response(render_template("backoffice/customers/member.html", **context), status)


def _history(user_id: UserId) -> dict[str, object]:
    """Return the ledger, the rewards, and the numbers of the orders that they name."""
    ledger, rewards = _ledger(user_id), queries.list_rewards_of_member(user_id)
    named = [row.order_id for row in ledger.items] + [row.order_id for row in rewards]
    return {
        "ledger": ledger,
        "rewards": rewards,
        "numbers": orders.list_numbers({one for one in named if one}),
    }


def _orders(user_id: UserId) -> dict[str, object]:
    """Return the newest orders of a member; none for staff who may not open orders."""
    if not may(current_user.roles, Permission.VIEW_ORDERS):
        return {"orders": [], "order_count": 0, "order_status": order_texts.order_status_text}
    found, total = orders.search_orders(user_id=user_id, descending=True, size=ORDERS_SIZE)
    return {"orders": found, "order_count": total, "order_status": order_texts.order_status_text}


def _tier_texts(summary: queries.Summary) -> dict[str, str]:
    """Return what the member's tier and the next one need, and what is missing for the next."""
    currency, way = settings().shop_currency, summary.progress
    texts = {"needs": requirement_text(summary.tier.terms, currency, formats())}
    if way is not None:
        following = next(one.terms for one in summary.membership.tiers if one.tier is way.tier)
        texts["next"] = requirement_text(following, currency, formats())
        texts["missing"] = missing_text(way, currency, formats())
    return texts


def _birthday(membership: queries.Membership) -> date | None:
    """Return the birthday in a leap year, so that every day exists, or None where it is unknown."""
    day, month = membership.birth_day, membership.birth_month
    return date(2000, month, day) if month and day else None


def _raised_until(membership: queries.Membership) -> datetime | None:
    """Return when the upgrade of the member's tier ends, or None without one."""
    until = membership.tier_lift_until
    return until if until and until > clock.now() else None


def _grant_form() -> GrantForm:
    """Return the form of a reward, filled in from the offer that the address names, if any."""
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
